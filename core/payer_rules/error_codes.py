"""The codes of problems: one for each kind, stable across releases.

A code is printed after its problem and is in JSON reports. Codes below 100 are of files and fields,
101 to 199 of profiles, 201 to 299 of plugins, 301 to 399 of claims and history, 401 to 499 of CMS's
tables, 501 to 599 of practice files, 601 to 699 of command lines and reports, 701 to 799 of
requests to the service. A code is never reused for another kind.
"""

from __future__ import annotations

from enum import StrEnum, unique
from typing import Self


@unique
class ErrorCode(StrEnum):
    """A kind of problem: its code, and what is wrong in all problems of the kind."""

    meaning: str

    def __new__(cls, code: str, meaning: str) -> Self:
        """Return the member with the text of its code as its value."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member

    UNREADABLE_FILE = "PR001", "A file does not exist or cannot be read."
    NOT_UTF8 = "PR002", "A file is not encoded in UTF-8."
    TOML_SYNTAX = "PR003", "A file is not valid TOML."
    NESTED_TOO_DEEP = "PR004", "Tables or lists are nested too deeply."
    NUMBER_TOO_LONG = "PR005", "A number has too many digits."
    TOML_READERS = "PR006", "The toml package reads a value differently than TOML 1.0 defines it."
    EDIT_TABLE = "PR007", "A row of a CSV file of edits is invalid."
    TOO_LARGE = "PR008", "A file, row, segment or claim is larger than what is read."
    UNKNOWN_FORMAT = "PR009", "A file is empty, or of a format that is not read."
    UNKNOWN_KEY = "PR010", "A key is not known in its table; it may be misspelled."
    MISSING_KEY = "PR011", "A required key is missing."
    WRONG_TYPE = "PR012", "A value has the wrong type, such as a text instead of a list."
    UNKNOWN_WORD = "PR013", "A text is not one of the words or formats that its field allows."
    INVALID_VALUE = "PR014", "A value is out of range or does not fit the values next to it."
    ADJUSTMENT_CODE = "PR015", "A CARC or RARC is not in the list of X12, or not in force."
    JSON_SYNTAX = "PR016", "A file is not valid JSON."
    MISSING_PACKAGE = "PR017", "A Python package that reads the file is not installed."

    UNKNOWN_TABLE = "PR101", "A profile has a table that profiles do not have."
    MISSING_PAYER = "PR102", "A profile has no table of its payer."
    RULE_NAME = "PR103", "The id of a rule is not a valid name."
    MISSING_SOURCE = "PR104", "A rule cites no source."
    UNKNOWN_REFERENCE = "PR105", "A rule refers to a source or code set that the profile lacks."
    PROCEDURE_CODE = "PR106", "A code set holds something other than procedure codes."
    CODE_RANGE = "PR107", "A range of codes is malformed, reversed or too long."
    SINGLE_DAY = "PR108", "A span of dates that is a single day is malformed."
    OVERLAPPING_EDITIONS = "PR109", "Two rules with one id are in force on the same day."
    DUPLICATE_PAYER = "PR110", "A payer is defined more than once."
    LEFT_OUT_REASON = "PR111", "A row is left out without a reason."
    WEB_ADDRESS = "PR112", "The URL of a source is not a web address."
    UNLIKELY_DATE = "PR113", "A date is too early or too late to be right."
    DATE_IN_QUOTES = "PR114", "A date is written as a text."
    WORD_ALIAS = "PR115", "A word is written under another of its names."
    MISSING_PROFILE = "PR116", "A profile or folder that was named does not exist."
    OLD_CASE_FILE = (
        "PR117",
        "A case file is of an old form, or cannot be converted.",
    )
    CODE_TABLE = (
        "PR118",
        "A table of a profile cannot be read, or does not fit the rules that use it.",
    )
    SECOND_READING = "PR119", "The second reading of a rule is of an earlier form of it."

    UNKNOWN_PLUGIN = "PR201", "A plugin that was named is not installed."
    DUPLICATE_PLUGIN = "PR202", "Two plugins have one name, or one module has two names."
    FAILED_IMPORT = "PR203", "A plugin cannot be imported."
    NO_HOOKS = "PR204", "A plugin implements no hook."
    UNMARKED_HOOK = "PR205", "A function is named like a hook and is not marked as one."
    UNKNOWN_HOOK = "PR206", "A plugin implements a hook that does not exist."
    REPLACED_HOOK = "PR207", "A plugin implements a hook that another hook has replaced."
    HOOK_WRAPPER = "PR208", "A plugin implements a hook wrapper."
    HOOK_ARGUMENTS = "PR209", "A hook has the wrong arguments."
    RAISED = "PR210", "A function of a plugin raised an exception."
    HOOK_RESULT = "PR211", "A hook returns no list, or values of another type than its own."
    TOO_MANY_VALUES = "PR212", "A hook returns more values than are read."
    CHANGED_PROCESS = "PR213", "A plugin changes the state of the whole program."
    FOREIGN_RULE = "PR214", "The id of a rule begins with a name that its plugin does not own."
    DUPLICATE_RULE = "PR215", "Two plugins give the same rule, edit table or fee schedule."
    MIXED_PROGRAMS = "PR216", "A setting has edits of two programs."
    MISSING_FOLDER = "PR217", "A folder that a plugin names does not exist."
    ENTRY_POINT_GROUP = "PR218", "An entry point is in a group that is not read."
    NO_EFFECT = "PR219", "A plugin is installed and gives no values."
    UNUSED_EDITS = "PR220", "An edit table applies to none of the payers it is given for."
    UNKNOWN_PAYER = "PR221", "A payer that was named is not defined."
    UNFINISHED = "PR222", "A plugin does not finish in time, or ends the process."

    X12_HEADER = "PR301", "The ISA of an X12 file is missing or damaged."
    X12_ENVELOPE = "PR302", "Control numbers, counts or closing segments of X12 do not agree."
    X12_TRANSACTION = "PR303", "A transaction is of a kind or guide that is not read."
    X12_SEGMENT = "PR304", "A segment of X12 cannot be read: cut off, empty or not in UTF-8."
    X12_ORDER = "PR305", "A segment or level of X12 is missing, or is not where it belongs."
    X12_ELEMENT = "PR306", "An element of X12 is missing or has no valid value."
    X12_INCOMPLETE = "PR307", "A claim or payment of X12 has no end."
    X12_GUIDE = "PR308", "A file does not follow its implementation guide, as pyx12 reads it."
    FHIR_RESOURCE = "PR311", "A file has no FHIR resource of the kind that is read."
    FHIR_VERSION = "PR312", "A resource is of a FHIR version that is not read."
    FHIR_ELEMENT = "PR313", "An element is missing, or is not as FHIR R4 defines it."
    FHIR_SYSTEM = "PR314", "A fact is coded in a code system that is not read."
    FHIR_PARTY = "PR315", "A resource does not identify its patient or provider."
    FHIR_USE = "PR316", "A resource is of a use, status or outcome that is not read."
    TABLE_COLUMN = "PR321", "A column of a table is missing, unknown, or there twice."
    TABLE_ROW = "PR322", "A row of a table cannot be read."
    TABLE_CELL = "PR323", "A cell of a table is empty or has no valid value."
    ROWS_OF_CLAIM = "PR324", "The rows of a claim are not together, or do not agree."
    PARQUET_FILE = "PR325", "A Parquet file is damaged."
    CLAIM_DOCUMENT = "PR331", "A TOML or JSON file has no claim or history, or both in one place."
    HISTORY_LINE = "PR332", "A line of a history contradicts its claim or another line."
    HISTORIES_DIFFER = "PR333", "Two files state different facts of one line of history."
    DATE_OUT_OF_RANGE = "PR334", "A date of service is too early or too late to be evaluated."
    PAYER_IDENTIFIER = "PR335", "No profile or more than one lists the identifier of a payer."
    DUPLICATE_CLAIM = "PR336", "Two claims of a run have one id."
    STORE_ACCESS = (
        "PR337",
        "A history store is missing, locked, full, cannot be written, or does not answer.",
    )
    STORE_CONTENT = (
        "PR338",
        "A database is no history store, is damaged, or was written by another version.",
    )
    IMPLAUSIBLE_CLAIM = "PR339", "A date or another fact of a claim contradicts its other facts."

    SOURCE_FILE = "PR401", "A file is damaged, or not one of the tables that CMS publishes."
    SOURCE_ROW = "PR402", "A row of a table of CMS cannot be read, or contradicts another row."
    TABLE_IDENTITY = "PR403", "A table's program, setting or release is not clear."
    TABLE_FILES = "PR404", "A file of a table is missing, or named twice."
    IMPORTED_TABLE = "PR405", "An imported table or the catalog of tables is missing or damaged."
    TABLES_FOLDER = "PR406", "The folder of tables does not exist, or cannot be written now."
    ASSUMED_TABLE = "PR407", "Tables are assumed to hold, and there is none to carry forward."
    DOWNLOAD = "PR408", "A file of CMS cannot be downloaded, or is not what its page says."

    WAIVED_RULE = "PR501", "A waiver names a rule that its payer does not have."
    NPI_CHECK_DIGIT = "PR502", "The check digit of an NPI is wrong."
    PRACTICE_FILE = "PR503", "A practice file exists already, or none was found."
    HISTORY_INCOMPLETE = "PR504", "A history is not as complete as the practice file states."

    COMMAND_LINE = "PR601", "A command, option or argument is unknown, missing or malformed."
    OPTION_VALUE = "PR602", "The value of an option or argument is not known, or not possible."
    NOTHING_GIVEN = "PR603", "A command was given nothing to work on."
    OUTPUT_FILE = "PR604", "A report or another file cannot be written."
    EXISTING_FILE = "PR605", "A report or another file would replace an input, or one that exists."
    SHARED_OUTPUT = "PR606", "Two reports or files go to one place."
    RESOURCES = "PR607", "Memory, disk space or open files are used up, or a process ended."

    REQUEST = "PR701", "A request is for an address or of a method that the service does not have."
    REQUEST_PARAMETER = "PR702", "A parameter of a request is unknown, malformed or stated twice."
    REQUEST_LIMIT = "PR703", "A request is larger than the service answers."
    REQUEST_BUSY = "PR704", "The service has too many requests, or had no time for an answer."
    REQUEST_KEY = "PR705", "A request has no valid key, or its key may not ask this or so often."
    AUDIT = "PR706", "An audit log cannot be read, or its records are not those that were written."
