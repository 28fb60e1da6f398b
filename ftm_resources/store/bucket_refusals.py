"""What people are told when a bucket refuses or can't be reached: the address, what is wrong, and what to do.

Only the texts belong here; which error is an answer, and what is asked again, is ``bucket.py``. The codes
are those of "Error responses" in Amazon's API reference of S3. No text quotes a key, a header or an error of the
HTTP client, because that one can quote a header it could not send, and the session token is a header.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import botocore.exceptions as boto
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError
from urllib3.exceptions import HTTPError

from ftm_resources.errors import StoreError
from ftm_resources.settings import aws_endpoint

ProblemAndRemedy = tuple[str, str]

BUCKET_ERRORS = (ClientError, boto.BotoCoreError, ResponseParserError, HTTPError)
"""What S3 refuses; what keeps us from asking it, as no credentials; and an answer that is not S3's or breaks off."""

_PERMISSIONS = {
    "GetObject": "s3:GetObject for {bucket}/*",
    "PutObject": "s3:PutObject for {bucket}/*",
    "CreateMultipartUpload": "s3:PutObject for {bucket}/*",
    "UploadPart": "s3:PutObject for {bucket}/*",
    "CompleteMultipartUpload": "s3:PutObject for {bucket}/*",
    "DeleteObject": "s3:DeleteObject for {bucket}/*",
    "ListObjectsV2": "s3:ListBucket for {bucket}",
    "AssumeRole": "sts:AssumeRole",
}

_BY_CODE: dict[str, ProblemAndRemedy] = {
    "InvalidAccessKeyId": (
        "the AWS access key is unknown{at}",
        "Correct AWS_ACCESS_KEY_ID or AWS_PROFILE; a temporary key is known only together with its AWS_SESSION_TOKEN",
    ),
    "SignatureDoesNotMatch": (
        "the AWS secret does not belong to the access key",
        "Copy AWS_SECRET_ACCESS_KEY again, whole and without blanks",
    ),
    "ExpiredToken": ("the temporary AWS credentials have expired", "Sign in again (aws sso login), then run it again"),
    "InvalidToken": (
        "the AWS session token does not belong to the access key",
        "Set AWS_SESSION_TOKEN from the same sign-in as AWS_ACCESS_KEY_ID, or unset it",
    ),
    "InvalidObjectState": ("it was moved to an archive ({StorageClass})", "Restore it in S3, then run it again"),
}
_BY_CODE["TokenRefreshRequired"] = _BY_CODE["ExpiredToken"]

_WRONG_REGION = {"PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"}
_TOO_MANY_REQUESTS = {"SlowDown", "Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequests"}

_WITH_A_BODY = ("PutObject", "CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload", "CopyObject")
_CHECKSUM_CODES = {
    "BadDigest", "ContentSHA256Mismatch", "IncompleteBody", "InvalidDigest", "MalformedTrailerError",
    "MissingContentLength", "SignatureDoesNotMatch", "XAmzContentChecksumMismatch", "XAmzContentSHA256Mismatch",
}  # fmt: skip
_CHECKSUM_WORDS = re.compile(
    r"checksum|trailer|aws-chunked|STREAMING-|crc32|header you provided implies", re.IGNORECASE
)
"""How servers that are not Amazon's refuse the checksums that boto3 has sent with every PUT since January 2025."""

_NO_CONNECTION = (boto.EndpointConnectionError, boto.ConnectTimeoutError, boto.ReadTimeoutError)
_BROKEN_OFF = (boto.ConnectionClosedError, boto.ResponseStreamingError, boto.IncompleteReadError, HTTPError)


def status_of(error: Exception) -> int | None:
    """The HTTP status S3 answered with, or None when it did not answer."""
    return int(error.response["ResponseMetadata"]["HTTPStatusCode"]) if isinstance(error, ClientError) else None


def code_of(error: Exception) -> str | None:
    """The name S3 gave the refusal (``NoSuchBucket``), or None when it did not answer."""
    return str(error.response["Error"].get("Code")) if isinstance(error, ClientError) else None


def is_a_page(error: ClientError) -> bool:
    """Whether a web server answered with a page, and no S3. When it is overloaded, an S3 may be behind it."""
    told_in = error.response["ResponseMetadata"].get("HTTPHeaders", {}).get("content-type", "")
    overloaded = status_of(error) in (502, 503, 504)
    return str(told_in).startswith("text/html") and code_of(error) == str(status_of(error)) and not overloaded


def refusal(
    address: str, bucket: str, client: Any, error: Exception, takes_signature: Callable[[], bool] = lambda: False
) -> StoreError:
    """What is wrong at the address and what to do.

    ``client`` is the boto3 client that asked, or None when there is none because of the error. ``takes_signature``
    tries whether the server takes this client's signature where no checksum is sent.
    """
    if not isinstance(error, ClientError):
        problem, remedy = _silent(bucket, client, error)
    elif _is_about_checksums(client, error) and (code_of(error) != "SignatureDoesNotMatch" or takes_signature()):
        problem, remedy = _checksums(client, error)
    else:
        problem, remedy = _answered(bucket, client, error)
    return StoreError(address, problem, remedy, may_pass=_may_pass(error))


def _may_pass(error: Exception) -> bool:
    """Whether the network is in the way, or S3 has a fault of its own or too much to do."""
    if not isinstance(error, ClientError):
        return isinstance(error, (*_NO_CONNECTION, *_BROKEN_OFF))
    status = status_of(error) or 0
    overloaded = code_of(error) in _TOO_MANY_REQUESTS or status == 429
    return overloaded or (status >= 500 and code_of(error) != "NotImplemented" and not is_a_page(error))


def refuses_conditions(error: Exception) -> bool:
    """Whether it says that it does not know the condition of a PUT."""
    said = error.response["Error"].get("Message", "") if isinstance(error, ClientError) else ""
    return status_of(error) in (400, 501) and bool(re.search(r"if-(?:none-)?match|condition", said, re.IGNORECASE))


def without_conditions(address: str, how: str) -> StoreError:
    """For a server that ignores, or refuses, what leases and publishing rely on."""
    return StoreError(
        address,
        f"its server {how} the conditions If-None-Match and If-Match of a PUT, so two processes could write the same "
        "quarter",
        "Use a server that keeps them (Amazon S3; MinIO from August 2024; a newer Ceph), or a folder",
    )


def _answered(bucket: str, client: Any, error: ClientError) -> ProblemAndRemedy:
    """S3 answered, with a refusal."""
    status, code, told = status_of(error) or 0, code_of(error) or "", error.response["Error"]
    metadata = error.response["ResponseMetadata"]
    named = code if code == str(status) else f"{status} {code}"  # a refused HEAD has no code but its status
    still = f", still at attempt {retries + 1}" if (retries := metadata.get("RetryAttempts", 0)) else ""
    if is_a_page(error):
        return _no_s3(client)
    if code == "NoSuchBucket":
        return f"there is no bucket {bucket}{_at_the_endpoint()}", "Create it, or name another one in FTM_STORE"
    if code == "InvalidBucketName":
        return _bad_name(bucket)
    if code in _BY_CODE:
        problem, remedy = _BY_CODE[code]
        return problem.format(at=_at_the_endpoint(), StorageClass=told.get("StorageClass", "Glacier")), remedy
    if code in _WRONG_REGION:
        region = metadata.get("HTTPHeaders", {}).get("x-amz-bucket-region") or told.get("Region")
        return _wrong_region(bucket, client, region)
    if code in ("RequestTimeTooSkewed", "RequestExpired"):
        times = f" (it is {told['ServerTime']} there)" if "ServerTime" in told else ""
        return f"this machine's clock differs too much from that of S3{times}", "Set the clock, then run it again"
    if code in ("AccessDenied", "403"):
        return _not_permitted(bucket, error)
    if code in _TOO_MANY_REQUESTS or status == 429:
        return f"S3 asks for fewer requests ({named}){still}", "Run it again later"
    if status >= 500 and code != "NotImplemented":
        return f"S3 has a fault of its own ({named}){still}", "Run it again later"
    message = told.get("Message", "").rstrip(". ")
    problem = f"S3 refused {error.operation_name} ({named}){': ' if message else ''}{message}"
    return problem, "Look the code up in Amazon's list of S3 errors, then run it again"


def _is_about_checksums(client: Any, error: ClientError) -> bool:
    """Whether another server than Amazon's stumbles over the checksums that boto3 adds."""
    if aws_endpoint() is None or client.meta.config.request_checksum_calculation == "when_required":
        return False
    said = error.response["Error"].get("Message", "")
    fits = code_of(error) in _CHECKSUM_CODES or bool(_CHECKSUM_WORDS.search(said))
    return error.operation_name in _WITH_A_BODY and fits


def _checksums(client: Any, error: ClientError) -> ProblemAndRemedy:
    return (
        f"{_server(client)} does not take the checksums that boto3 sends with a PUT ({status_of(error)} "
        f"{code_of(error)})",
        "Set AWS_REQUEST_CHECKSUM_CALCULATION=when_required",
    )


def _silent(bucket: str, client: Any, error: Exception) -> ProblemAndRemedy:
    """There was no answer, or none that is whole."""
    match error:
        case boto.NoCredentialsError():
            return (
                "there are no AWS credentials",
                "Set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; on EC2, ECS and Batch, give the "
                "machine or the job a role",
            )
        case boto.PartialCredentialsError():
            return "the AWS credentials are incomplete", f"Set {str(error.kwargs['cred_var']).upper()} too"
        case boto.ProfileNotFound():
            return (
                f"there is no AWS profile {error.kwargs['profile']}",
                "Correct AWS_PROFILE, or make it (aws configure)",
            )
        case boto.SSOError() | boto.TokenRetrievalError() | boto.LoginError():
            return "the AWS sign-in has expired", "Sign in again (aws sso login), then run it again"
        case boto.CredentialRetrievalError():
            return f"{error.kwargs['provider']} gave no AWS credentials", "Try: aws sts get-caller-identity"
        case boto.EndpointConnectionError() | boto.ConnectTimeoutError():
            return f"{_server(client)} can't be reached", _how_to_reach(client)
        case boto.ProxyConnectionError():
            problem = f"the proxy on the way to {_server(client)} can't be reached"
            return problem, "Correct HTTPS_PROXY or set NO_PROXY"
        case boto.SSLError():
            return (
                f"no secure connection to {_server(client)}: most likely its certificate is not known here",
                "Set AWS_CA_BUNDLE to the file with the certificate of whoever issued it",
            )
        case boto.ReadTimeoutError():
            return f"{_server(client)} does not answer in time", "Run it again later"
        case boto.FlexibleChecksumError():
            problem = f"what {_server(client)} sends arrives damaged, or with a wrong checksum"
            if aws_endpoint() is None:
                return problem, "Check the network"
            return problem, "Check the network; if it is always so, set AWS_RESPONSE_CHECKSUM_VALIDATION=when_required"
        case _ if isinstance(error, _BROKEN_OFF):
            return f"the connection to {_server(client)} broke off", "Check the network, then run it again"
        case ResponseParserError():
            return _no_s3(client)
        case boto.ParamValidationError() if "Invalid bucket name" in str(error):
            return _bad_name(bucket)
        case boto.InvalidRegionError():
            return f"{error.kwargs['region_name']!r} is no region", "Set AWS_DEFAULT_REGION to one, as eu-central-1"
        case ValueError() if "Invalid endpoint" in str(error):
            return f"{_server(client)} is no address", "Write http://host:port, or unset it for Amazon's S3"
        case boto.BotoCoreError() if not isinstance(error, boto.HTTPClientError):
            return " ".join(str(error).split()), "Check the AWS settings, then run it again"
    return (
        f"the request can't be sent ({type(error).__name__})",
        "Look for blanks and line ends in the AWS_ settings, then check the network",
    )


def _not_permitted(bucket: str, error: ClientError) -> ProblemAndRemedy:
    message, operation = error.response["Error"].get("Message", ""), error.operation_name
    needed = _PERMISSIONS.get(operation, operation).format(bucket=f"s3://{bucket}")
    # Amazon names what is missing: "... is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:..."
    named = re.search(r"perform: (\w+:\w+)(?: on resource: \"?([^\s\"]+))?", message)
    if named and not named[1].startswith("s3:"):
        needed = f"{named[1]} for {named[2]}" if named[2] else named[1]
    elif operation == "GetObject":
        needed += f", and s3:ListBucket for s3://{bucket}, without which S3 also denies what is not there"
    if denied := re.search(r"explicit deny in an? ([\w -]*policy)", message):
        return f"access denied: a {denied[1]} of AWS denies it expressly", f"Change it to allow {needed}"
    return "access denied", f"The AWS credentials in use need {needed}"


def _wrong_region(bucket: str, client: Any, region: str | None) -> ProblemAndRemedy:
    if region is None:
        return (
            f"the bucket is not in the region {client.meta.region_name}",
            f"Set AWS_DEFAULT_REGION to its own, which this tells: aws s3api get-bucket-location --bucket {bucket}",
        )
    problem = f"the bucket is in the region {region}, not in {client.meta.region_name}"
    return problem, f"Set AWS_DEFAULT_REGION={region}"


def _no_s3(client: Any) -> ProblemAndRemedy:
    problem = f"what answers at {_server(client)} is no S3"
    return problem, "Correct the address; a web console has another one than S3"


def _bad_name(bucket: str) -> ProblemAndRemedy:
    problem = f"{bucket!r} can't be a bucket's name: those have 3 to 63 small letters, digits, dots and hyphens"
    return problem, "Correct FTM_STORE"


def _endpoint_setting() -> str | None:
    """The setting that sends us to another server than Amazon's, as ``NAME=address``."""
    setting = aws_endpoint()
    return f"{setting[0]}={_without_password(setting[1])}" if setting else None


def _without_password(address: str) -> str:
    return re.sub(r"//[^/]*@", "//", address)


def _at_the_endpoint() -> str:
    setting = _endpoint_setting()
    return f" at {setting}" if setting else ""


def _server(client: Any) -> str:
    if setting := _endpoint_setting():
        return setting
    return _without_password(client.meta.endpoint_url) if client else "endpoint_url in the AWS configuration"


def _how_to_reach(client: Any) -> str:
    if ".amazonaws." in client.meta.endpoint_url:
        return f"Check the network, and whether {client.meta.region_name} is a region of AWS"
    return "Start the server there, correct the address, or unset it for Amazon's S3"
