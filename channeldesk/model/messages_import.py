"""Templates of notices about tables that people bring in files; see ``messages``."""

from __future__ import annotations

from channeldesk.model.marked import N_

IMPORT: dict[str, str] = {
    "import.empty": N_("{file} is empty. Nothing was read."),
    "import.too_large": N_("{file} is too large to be a table. Nothing was read."),
    "import.too_many": N_("{file} has more than {most} rows. Divide it; nothing was booked."),
    "import.too_wide": N_("Line {line} of {file} has more than {most} columns. Nothing was booked."),
    "import.old_workbook": N_(
        "{file} is a workbook of an old kind or has a password. Save it as .xlsx without one, or as CSV."
    ),
    "import.damaged": N_(
        "{file} cannot be read as a workbook ({detail}). Save it again; nothing was booked."
    ),
    "import.no_encoding": N_("{file} is text in no encoding that is known here. Nothing was read."),
    "import.wrong_encoding": N_("{file} is not text in {encoding}. Nothing was booked."),
    "import.not_a_table": N_("From line {line} {file} is no table: {detail}. Nothing was booked."),
    "import.not_a_day": N_("“{text}” is not a day."),
    "import.not_a_number": N_("“{text}” is not a number."),
    "remedy.import_choose_encoding": N_("Choose the encoding in which the file was saved."),
}
