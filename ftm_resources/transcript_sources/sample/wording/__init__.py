"""The sentences of the sample, all invented: planted themes, talk about each sector, ordinary talk."""
