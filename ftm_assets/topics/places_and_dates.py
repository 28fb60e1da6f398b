"""The word lists of places, dates and the titles of people: what says where, when and who, and seldom what about.

Everything is lower case, as ``cleaned_text`` is, and where a lemmatizer takes the last "s" off a name ("netherland")
both forms are listed. Lists of ordinary words are in ``words.py``.
"""

from __future__ import annotations


def _names(listed: str) -> frozenset[str]:
    """Names of one or more words, as they stand between commas and line ends."""
    return frozenset(name.strip() for line in listed.splitlines() for name in line.split(",") if name.strip())


MONTHS = frozenset(
    "january february march april may june july august september october november december "
    "jan feb mar apr jun jul aug sep sept oct nov dec".split()
)

WEEKDAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday weekday weekend".split())

DATE_WORDS = (
    MONTHS
    | WEEKDAYS
    | frozenset("today yesterday tomorrow tonight day week month quarter year decade q1 q2 q3 q4 h1 h2 ytd".split())
)
"""Words that say when."""

PEOPLE_TITLES = frozenset(
    "mr mrs ms miss madam sir dr prof professor sirs messrs ceo cfo coo cto cio cmo evp svp vp chairman chairwoman "
    "chairperson chair president director directors officer officers executive analyst analysts moderator speaker "
    "secretary treasurer".split()
)
"""How people are addressed and introduced in a call."""

COUNTRIES = _names("""\
afghanistan, albania, algeria, andorra, angola, antigua and barbuda, argentina, armenia, australia, austria, azerbaijan
bahamas, bahama, bahrain, bangladesh, barbados, belarus, belgium, belize, benin, bermuda, bhutan, bolivia
bosnia and herzegovina, bosnia, botswana, brazil, brunei, bulgaria, burkina faso, burma, burundi, cabo verde, cape verde
cambodia, cameroon, canada, cayman islands, cayman, central african republic, chad, chile, china, colombia, comoros
congo, costa rica, cote d'ivoire, ivory coast, croatia, cuba, curacao, cyprus, czechia, czech republic, denmark
djibouti, dominica, dominican republic, ecuador, egypt, el salvador, england, equatorial guinea, eritrea, estonia
eswatini, swaziland, ethiopia, fiji, finland, france, gabon, gambia, georgia, germany, ghana, gibraltar, great britain
britain, greece, greenland, grenada, guatemala, guernsey, guinea, guinea-bissau, guyana, haiti, holland, honduras
hong kong, hungary, iceland, india, indonesia, iran, iraq, ireland, isle of man, israel, italy, jamaica, japan, jersey
jordan, kazakhstan, kenya, kiribati, korea, kosovo, kuwait, kyrgyzstan, laos, latvia, lebanon, lesotho, liberia, libya
liechtenstein, lithuania, luxembourg, macao, macau, macedonia, north macedonia, madagascar, malawi, malaysia, maldives
maldive, mali, malta, marshall islands, mauritania, mauritius, mexico, micronesia, moldova, monaco, mongolia, montenegro
morocco, mozambique, myanmar, namibia, nauru, nepal, netherlands, netherland, the netherlands, new caledonia
new zealand, nicaragua, niger, nigeria, north korea, northern ireland, norway, oman, pakistan, palau, palestine, panama
papua new guinea, paraguay, peru, philippines, philippine, poland, portugal, puerto rico, qatar, romania, russia
russian federation, rwanda, saint kitts and nevis, saint lucia, saint vincent, samoa, san marino, saudi arabia, saudi
scotland, senegal, serbia, seychelles, seychelle, sierra leone, singapore, slovakia, slovenia, solomon islands, somalia
south africa, south korea, south sudan, spain, sri lanka, sudan, suriname, sweden, switzerland, syria, taiwan
tajikistan, tanzania, thailand, timor-leste, togo, tonga, trinidad and tobago, trinidad, tunisia, turkey, turkiye
türkiye, turkmenistan, tuvalu, uae, u.a.e., uganda, uk, u.k., ukraine, united arab emirates, united arab emirate
united kingdom, united states, united state, united states of america, us, u.s., usa, u.s.a., uruguay, uzbekistan
vanuatu, vatican, venezuela, vietnam, wales, yemen, zambia, zimbabwe
""")

NATIONALITIES = _names("""\
afghan, albanian, algerian, american, andorran, angolan, argentine, argentinean, argentinian, armenian, australian
austrian, azerbaijani, azeri, bahamian, bahraini, bangladeshi, barbadian, belarusian, belgian, belizean, beninese
bermudian, bhutanese, bolivian, bosnian, botswanan, brazilian, british, bruneian, bulgarian, burkinabe, burmese
burundian, cambodian, cameroonian, canadian, chadian, chilean, chinese, colombian, congolese, costa rican, croatian
cuban, cypriot, czech, danish, djiboutian, dominican, dutch, ecuadorian, egyptian, emirati, english, eritrean, estonian
ethiopian, fijian, filipino, finnish, french, gabonese, gambian, georgian, german, ghanaian, greek, greenlandic
guatemalan, guinean, guyanese, haitian, honduran, hungarian, icelandic, indian, indonesian, iranian, iraqi, irish
israeli, italian, ivorian, jamaican, japanese, jordanian, kazakh, kenyan, korean, kosovar, kuwaiti, kyrgyz, lao, laotian
latvian, lebanese, liberian, libyan, lithuanian, luxembourgish, macedonian, malagasy, malawian, malaysian, maldivian
malian, maltese, mauritanian, mauritian, mexican, moldovan, mongolian, montenegrin, moroccan, mozambican, namibian
nepalese, nepali, new zealander, nicaraguan, nigerian, nigerien, norwegian, omani, pakistani, palestinian, panamanian
papuan, paraguayan, peruvian, polish, portuguese, puerto rican, qatari, romanian, russian, rwandan, salvadoran, samoan
saudi arabian, scottish, senegalese, serbian, seychellois, singaporean, slovak, slovakian, slovene, slovenian, somali
south african, south korean, spanish, sri lankan, sudanese, surinamese, swedish, swiss, syrian, taiwanese, tajik
tanzanian, thai, togolese, tongan, trinidadian, tunisian, turkish, turkmen, ugandan, ukrainian, uruguayan, uzbek
venezuelan, vietnamese, welsh, yemeni, zambian, zimbabwean
""")

REGIONS = _names("""\
africa, african, americas, america, antarctica, apac, apj, arab, arctic, asean, asia, asian, asia pacific, asia-pacific
anz, australasia, balkans, balkan, baltic, baltics, benelux, bric, brics, caribbean, caucasus, cee, central america
central american, central asia, central europe, cis, continental europe, dach, east africa, east asia, eastern europe
eastern european, emea, eu, europe, european, european union, eurozone, euro zone, euro area, gcc, gulf, iberia, iberian
indochina, latam, latin america, latin american, latin, maghreb, mediterranean, mena, mercosur, middle east
middle eastern, mideast, nordic, nordics, north africa, north america, north american, northern europe, oceania, pacific
scandinavia, scandinavian, south america, south american, south asia, southeast asia, southeast asian
south east asia, southern africa, southern europe, sub-saharan africa, sub-saharan, west africa, western europe
western european
""")
"""Continents, and parts of the world that companies report by."""

US_STATES = _names("""\
alabama, alaska, arizona, arkansas, california, californian, colorado, connecticut, delaware, district of columbia
florida, georgia, hawaii, idaho, illinois, indiana, iowa, kansas, kentucky, louisiana, maine, maryland, massachusetts
massachusett, michigan, minnesota, mississippi, missouri, montana, nebraska, nevada, new hampshire, new jersey
new mexico, new york, north carolina, north dakota, ohio, oklahoma, oregon, pennsylvania, rhode island, south carolina
south dakota, tennessee, texas, texan, utah, vermont, virginia, washington, west virginia, wisconsin, wyoming
""")

STATES_AND_PROVINCES = US_STATES | _names("""\
alberta, andhra pradesh, bahia, basque country, bavaria, bihar, british columbia, catalonia, chhattisgarh, flanders
gauteng, guangdong, guangxi, gujarat, hainan, haryana, hebei, henan, hubei, hunan, inner mongolia, jalisco, jiangsu
jiangxi, jharkhand, karnataka, kerala, kwazulu-natal, lombardy, madhya pradesh, maharashtra, manitoba, minas gerais
new brunswick, new south wales, newfoundland, north rhine-westphalia, nova scotia, nuevo leon, odisha, ontario, parana
punjab, quebec, queensland, rajasthan, saskatchewan, shaanxi, shandong, shanxi, siberia, sichuan, south australia
tamil nadu, tasmania, telangana, uttar pradesh, victoria, wallonia, west bengal, western australia, western cape
xinjiang, yunnan, zhejiang
""")

CITIES = _names("""\
abu dhabi, accra, adelaide, ahmedabad, almaty, amsterdam, ankara, antwerp, athens, atlanta, auckland, austin
baku, baltimore, bangalore, bengaluru, bangkok, barcelona, beijing, beirut, belgrade, berlin, birmingham, bogota, boston
bratislava, brisbane, brussels, bucharest, budapest, buenos aires, cairo, calgary, cape town, caracas, casablanca
addis ababa, denver, charlotte, chengdu, chennai, chicago, chongqing, cincinnati, cleveland, cologne, colombo
columbus, copenhagen, dallas
delhi, new delhi, detroit, dhaka, doha, dubai, dublin, durban, dusseldorf, edinburgh, edmonton, frankfurt, geneva
glasgow, guadalajara, guangzhou, hamburg, hangzhou, hanoi, helsinki, ho chi minh city, houston, hyderabad, indianapolis
istanbul, jakarta, jeddah, jerusalem, johannesburg, kansas city, karachi, kiev, kyiv, kolkata, kuala lumpur, kuwait city
lagos, las vegas, leeds, lima, lisbon, liverpool, london, los angeles, luanda, lyon, madrid, manchester, manhattan
manila, marseille, medellin, melbourne, mexico city, miami, milan, milwaukee, minneapolis, montevideo, monterrey
montreal, moscow, mumbai, munich, nagoya, nairobi, nanjing, nashville, new orleans, new york city, osaka, oslo, ottawa
paris, perth, philadelphia, phoenix, pittsburgh, prague, pune, quito, riga, rio de janeiro, rio, riyadh, rome, rotterdam
saigon, san antonio, san diego, san francisco, san jose, santiago, sao paulo, são paulo, seattle, seoul, shanghai
shenzhen, silicon valley, sofia, st. petersburg, stockholm, stuttgart, surat, suzhou, sydney, taipei, tallinn, tampa
tel aviv, the hague, tianjin, tokyo, toronto, tunis, vancouver, vienna, vilnius, warsaw, wuhan, xi'an, zagreb, zurich
""")

PLACES = COUNTRIES | NATIONALITIES | REGIONS | STATES_AND_PROVINCES | CITIES
"""Every name of a place, and every adjective of one. Some are ordinary words as well, such as "turkey" and "us"."""
