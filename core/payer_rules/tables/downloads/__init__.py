"""The download of CMS's quarterly files: which pages list them, which are needed, and the transfer.

1. `publications` names the pages of CMS, and the files of a program and a setting on them.
2. `page_links` reads the links of a page.
3. `transfer` downloads one file, and continues one that was cut.
4. `fetching` does this for all files of a setting, and imports them.
"""
