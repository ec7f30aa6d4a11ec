"""The templates of all notices: code to English sentence.

A code is ``area.what_happened``. Each ``{name}`` is a parameter of the notice. A sentence says what happened
and, where it is not plain, what it means for the person's data. Counts are written so that one sentence
fits any number. ``remedy.*`` says what to do.

Add a code here or in the file of its area (``messages_sync``, ``messages_actions``, ``messages_files``,
``messages_inbox``, ``messages_prices``), then run the commands of docs/translating.md; a test finds codes
without a template.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from channeldesk.model.marked import N_ as N_
from channeldesk.model.messages_actions import ACTIONS
from channeldesk.model.messages_audit import AUDIT
from channeldesk.model.messages_bulk import BULK
from channeldesk.model.messages_device import DEVICE
from channeldesk.model.messages_files import FILES
from channeldesk.model.messages_formula import FORMULA
from channeldesk.model.messages_import import IMPORT
from channeldesk.model.messages_inbox import INBOX
from channeldesk.model.messages_keeping import KEEPING
from channeldesk.model.messages_orders import ORDERS
from channeldesk.model.messages_payments import PAYMENTS
from channeldesk.model.messages_prices import PRICES
from channeldesk.model.messages_rounds import ROUNDS
from channeldesk.model.messages_routes import ROUTES
from channeldesk.model.messages_routing import ROUTING
from channeldesk.model.messages_sell import SELL
from channeldesk.model.messages_shipping import SHIPPING
from channeldesk.model.messages_sign_in import SIGN_IN
from channeldesk.model.messages_staff import STAFF
from channeldesk.model.messages_stock import STOCK
from channeldesk.model.messages_sync import SYNC
from channeldesk.model.notice import Day, Instant, Money, Notice, Param, Price, Quantity, Rate, Term

MESSAGES: dict[str, str] = {
    # values
    "value.unknown_currency": N_("{currency} is not a currency of ISO 4217."),
    "value.not_a_number": N_("“{text}” is not a number."),
    "value.not_a_date": N_("“{text}” is not a date."),
    "value.day_past": N_("{day} is past."),
    "value.day_far": N_("{day} is more than two years ahead. Check the year."),
    "value.too_many_decimals": N_("“{text}” has more than {decimals} decimals."),
    "value.too_large": N_("“{text}” is too large."),
    "value.inexact_conversion": N_("{quantity} cannot be expressed in the base unit without rounding."),
    # calendar
    "calendar.unknown_zone": N_("{zone} is not a time zone."),
    "calendar.overlap": N_("Fiscal periods {before} and {after} overlap."),
    # prices
    "price.none": N_("No price list in force holds this product for this partner."),
    "price.below_first_break": N_("No price list holds this product from a quantity of {quantity}."),
    # credit
    "credit.exceeded": N_("Credit limit of {limit} exceeded by {exceeded_by}; {used} would be used."),
    "credit.not_comparable": N_("{amount} in another currency is not counted against the credit limit."),
    **ORDERS,
    **FORMULA,
    **SELL,
    **IMPORT,
    **PAYMENTS,
    # stock and suggestions
    "stock.negative": N_("The level derived since {as_of} is {quantity}: a movement or a count is missing."),
    "suggest.never_counted": N_("Stock was never counted or reported here; it is taken to be none."),
    "suggest.negative_stock": N_("The derived level is {quantity}; it is taken to be none."),
    # labels of explanations
    "step.price_list": N_("Price list {list}, {scope}"),
    "step.break": N_("From a quantity of {quantity}"),
    "step.agreed_price": N_("Agreed price"),
    "step.quantity": N_("Quantity"),
    "step.net": N_("Net amount, rounded to {currency}"),
    "step.tax": N_("Tax {rate}"),
    "step.promotion": N_("Promotion {promotion}"),
    "step.after_promotions": N_("Net after promotions"),
    "step.sold_for": N_("Price at which it was sold by {number}"),
    "step.credited": N_("Credited, after what promotions had taken off"),
    "step.tax_credited": N_("Tax credited"),
    "step.forecast": N_("{days}-day forecast"),
    "step.safety_stock": N_("Safety stock"),
    "step.on_hand": N_("Stock at the partner"),
    "step.planned_promotion": N_("Promotion {promotion}: {lift} more, {days} days"),
    "step.in_transit": N_("In transit"),
    "step.ordered": N_("Ordered, still to leave"),
    "step.pack": N_("Rounded up to packs of {pack}"),
    "step.enough": N_("Enough is there"),
    "step.suggested": N_("Suggested"),
    "step.sales_drop": N_("Drop in sales"),
    "step.money_at_risk": N_("Money at risk"),
    "step.days_since_visit": N_("Days since the last visit"),
    "step.never_visited": N_("Never visited; days counted"),
    "step.leg": N_("From {start} to {end}"),
    "step.route": N_("In this order"),
    "step.route_before": N_("In the order before"),
    # headquarters: the server itself (hq)
    "hq.unknown_database": N_("{scheme} is not a kind of database that headquarters runs on."),
    "hq.no_database_file": N_("The address of the database names no file."),
    "hq.certificate_unreadable": N_(
        "{certificate} and {key} are not a certificate and its key in PEM ({detail}). Nothing was started."
    ),
    "hq.certificate_not_valid": N_(
        "{certificate} counts from {since} to {until}, not now. No laptop would believe it; nothing was "
        "started. Renew it, or set this computer's clock."
    ),
    "hq.bad_address_of_database": N_(
        "That is not the address of a database. Examples: sqlite:///hq.db, postgresql+psycopg://user@host/name."
    ),
    "hq.cannot_open": N_("The database {file} cannot be opened."),
    "hq.cannot_listen": N_("Headquarters cannot listen on {host}, port {port}: {reason}."),
    "hq.no_process": N_("At least one process must run."),
    "hq.too_few_connections": N_(
        "The database gives headquarters {allowed} connections; {processes} processes need {needed}."
    ),
    "hq.busy": N_("Headquarters is busy. Nothing was changed."),
    "hq.newer_schema": N_(
        "The database is of a newer version of the program (revision {revision}). It was not changed."
    ),
    "hq.schema_not_current": N_("The database was not brought up to date for this version of the program."),
    "hq.not_set_up": N_("This database was not set up as a headquarters yet."),
    "hq.already_set_up": N_("This database is a headquarters already. Nothing was changed."),
    "hq.partner_and_role": N_("The role partner needs a partner, and no other role has one."),
    "hq.unknown_partner": N_("No partner has the code {code}."),
    "hq.unknown_role": N_("{role} is not a role."),
    "hq.bad_login": N_(
        "A login has 1 to {most} characters that can be seen; letters with accents and the like in small."
    ),
    "hq.login_taken": N_("There is a user {login} already."),
    "hq.unknown_login": N_("There is no user {name}."),
    "hq.unknown_device": N_("There is no device {name}."),
    "hq.unknown_territory": N_("There is no territory {code}."),
    "hq.territory_taken": N_("{code} cannot be the code of a new territory."),
    "hq.password_too_short": N_("The password is too short: at least {least} characters."),
    # headquarters: requests
    "request.not_found": N_("There is nothing here."),
    "request.refused": N_("The request was refused."),
    "request.malformed": N_("The request is malformed: {detail}."),
    "request.too_large": N_("The request is larger than {limit} bytes."),
    "request.unknown_encoding": N_("The request is packed in a way that is not understood."),
    "request.server_error": N_("Headquarters has a defect. It was recorded; nothing was changed."),
    # headquarters: a push
    "sync.gap": N_("A change is missing: number {expected} was expected."),
    "sync.cloned_device": N_(
        "Change {mid} is known with other content: this profile seems to be in use on two computers."
    ),
    "sync.epoch": N_(
        "Headquarters was restored from a backup. Everything is compared anew, and what it lost of your work "
        "is sent again."
    ),
    "sync.uuid_reused": N_("A change with this id and other content is known already."),
    "sync.upgrade_needed": N_(
        "This version of the program is too old to send. Your work is kept and you can go on reading; it is "
        "sent after an update."
    ),
    "sync.too_many_mutations": N_("At most {limit} changes can be sent at once."),
    "sync.unknown_entity": N_("Headquarters does not know what “{entity}” is."),
    "sync.unknown_field": N_("Headquarters does not know the field “{field}”."),
    "sync.malformed_value": N_("“{field}” has a value that headquarters cannot use."),
    "sync.missing_value": N_("“{field}” needs a value."),
    "sync.not_allowed": N_("You may not change this."),
    "sync.stays_shared": N_("What was shared with the partner stays shared. Delete the file instead."),
    "sync.out_of_scope": N_("This is not, or no longer, in your area."),
    "sync.row_deleted": N_("It was deleted at headquarters."),
    "sync.row_changed": N_("It was changed at headquarters, so it was not deleted."),
    "sync.final": N_("What was recorded once cannot be changed."),
    "sync.missing_reference": N_("“{field}” points at something that headquarters does not have."),
    "sync.key_taken": N_("Something else has this “{field}” already."),
    "sync.refused_by_database": N_("The database of headquarters refused this change."),
    "order.changes_by_request": N_("An order that was placed changes only by another request."),
    "order.lines_come_with_order": N_("Lines are added together with their order only."),
    "order.credit_exceeded": N_("The partner's credit limit would be exceeded."),
    # the laptop's database and profile (store)
    "store.not_encrypted": N_("{file} is not encrypted. It was not opened."),
    "store.wrong_key": N_("{file} cannot be read with this key."),
    "store.sqlite_too_old": N_("SQLite {version} is too old: it can damage data."),
    "store.disk_full": N_(
        "The disk is full. Nothing of the last change was saved; what was saved before is safe."
    ),
    "store.disk_error": N_("The disk reported an error. Nothing of the last change was saved."),
    "store.damaged": N_("A part of the local data is damaged."),
    "store.busy": N_("Another process is writing to the local data. Nothing of the last change was saved."),
    "store.read_only": N_("The local data cannot be written: the file or its folder is read-only."),
    "store.no_database": N_("The local database {file} is missing or empty. Nothing was changed."),
    "store.newer_schema": N_(
        "The local data is of a newer version of the program (revision {revision}). It was not changed."
    ),
    "store.migration_failed": N_(
        "The local data could not be brought up to date. It is as it was before; a backup is at {backup}."
    ),
    "store.migration_refused": N_(
        "The local data is damaged, so it was not brought up to date. Nothing was changed."
    ),
    "store.backup_failed": N_("A backup could not be made, so nothing was changed."),
    "store.log_torn": N_(
        "The end of what was saved here was damaged, for example by a power failure. Check what you did "
        "last: it may be missing."
    ),
    "rescue.saved": N_("Saved, of what waits to be sent: {changes}; of “Needs you”: {entries}."),
    "rescue.made_again": N_("Changes made again from the rows themselves: {count}."),
    "rescue.all_read": N_("Nothing that waits to be sent was lost."),
    "rescue.lost": N_(
        "Could not be read, of changes or of “Needs you”: at most {count}. What the rows still showed of "
        "them was made again."
    ),
    "rescue.from_backup": N_(
        "The database could not be opened at all. What was saved is as it was in the backup of {at}; what "
        "was changed after it and not sent is only in the damaged file."
    ),
    "rescue.nothing_readable": N_(
        "Neither the database nor a backup could be opened. What was not sent is only in the damaged file."
    ),
    "rescue.next": N_(
        "The damaged file is kept as {file}. The next synchronisation sends what was saved and fetches "
        "the rest."
    ),
    "profile.not_found": N_("There is no profile in {folder}."),
    "profile.unreadable": N_("The profile in {folder} cannot be read."),
    "profile.newer": N_("The profile in {folder} was written by a newer version of the program."),
    "profile.exists": N_("There is a profile in {folder} already."),
    "profile.no_folder": N_("{folder} cannot be made or written. Nothing was changed."),
    "profile.remains": N_(
        "{folder} holds parts of a profile, but not its profile.json. Nothing was changed."
    ),
    "profile.network_drive": N_("{folder} is on a network drive, where a database can be damaged."),
    "profile.locked": N_("The profile is open in another window (process {pid} on {host}, since {since})."),
    "profile.locked_by_unknown": N_("The profile is open in another window."),
    "remedy.restore_key": N_("Restore the key that belongs to this profile."),
    "remedy.free_space": N_("Free some space on the disk and try again."),
    "remedy.check_disk": N_("Check the disk and the rights to the folder."),
    "remedy.repair": N_(
        "Repair it: what was not sent yet is saved, the rest is fetched again from headquarters."
    ),
    "remedy.restore_file": N_(
        "Put the file back from a backup. Without one, sign in again with a new folder; "
        "what was not sent yet is lost."
    ),
    "remedy.other_folder": N_("Put the missing file back, or choose another folder."),
    "remedy.try_again": N_("Try again in a moment."),
    "remedy.update_program": N_("Update the program."),
    "remedy.local_folder": N_("Choose a folder on this computer's own disk."),
    "remedy.close_other": N_("Use the other window, or close it first."),
    # keys (trust)
    "trust.keyring_locked": N_("The system's key store is locked."),
    "trust.keyring_absent": N_("This system has no key store that the program trusts."),
    "trust.keyring_failed": N_("The system's key store refused to keep the key."),
    "trust.keyring_changed": N_(
        "The key was kept in {before}; this session uses {now}, which does not have it."
    ),
    "trust.key_missing": N_("The system's key store does not hold the key of this profile."),
    "trust.passphrase_needed": N_("A passphrase is needed to open this profile."),
    "trust.passphrase_wrong": N_("The passphrase is wrong."),
    "trust.passphrase_absent": N_("No passphrase was set for this profile."),
    "trust.passphrase_short": N_("The passphrase is too short: at least {least} characters."),
    "trust.key_file_unreadable": N_("The key file of this profile cannot be read."),
    "trust.key_file_newer": N_("The key file of this profile was written by a newer version of the program."),
    "trust.no_protection": N_("There is neither a key store nor a passphrase to protect the key with."),
    "remedy.unlock_keyring": N_("Unlock the system's key store and try again."),
    "remedy.enter_passphrase": N_("Enter the passphrase of this profile."),
    "remedy.set_passphrase": N_("Set a passphrase."),
    "remedy.sign_in_as_before": N_(
        "Sign in to the desktop as before, or enter the passphrase of this profile."
    ),
    "demo.no_server": N_("The demo's headquarters did not start ({status}). What it said stands above."),
    "demo.nothing_to_order": N_("No partner of the demo needs an order."),
    "demo.nothing_to_ask": N_("No visit of the demo has a survey."),
    "demo.no_picture": N_("The picture {path} cannot be written. Nothing else was changed."),
    # the command line (cli)
    "cli.interrupted": N_("Stopped. What was finished before is kept."),
    "cli.defect": N_("This is a defect of the program: {error}. Your work is kept; details are above."),
    "cli.no_password": N_("No password: set CHANNELDESK_PASSWORD, or run the command where you can type it."),
    "cli.no_passphrase": N_(
        "No passphrase: set CHANNELDESK_PASSPHRASE, or run the command where you can type it."
    ),
    "cli.not_the_same": N_("The two entries differ. Nothing was changed."),
    "cli.new_profile_needs": N_(
        "There is no profile in {folder} yet. To make one, give the server's address and your login, "
        "or --code."
    ),
    "cli.no_database": N_("Which database? Give --database, or set CHANNELDESK_DATABASE."),
    "cli.certificate_and_key": N_("A certificate needs its key: give both --tls-cert and --tls-key."),
    "cli.bad_days": N_("Deletions are remembered for a day at least, not for {days}."),
    "cli.bad_years": N_("“{text}” is not a range of years such as 2024-2027."),
    "cli.bad_filter": N_("“{text}” is not COLUMN=TEXT."),
    "cli.unknown_column": N_("There is no column “{column}”. Known are: {known}."),
    "cli.unknown_order": N_("No order has the number “{number}”."),
    # the demo network
    "demo.not_empty": N_("There are partners in this database already. The demo needs an empty one."),
    # files from outside: the mapping
    "mapping.unknown_source": N_("There is no mapping for “{source}”. Known sources: {known}."),
    "mapping.not_toml": N_("{file} is not a valid TOML file: {detail}"),
    "mapping.other_format": N_("{file}: this program reads mappings of format {known}."),
    "mapping.missing": N_("{file}, {where}: this entry is missing."),
    "mapping.wrong_kind": N_("{file}, {where}: a {kind} is expected here."),
    "mapping.unknown_key": N_("{file}, {where}: nothing is known by this name. Known: {known}."),
    "mapping.unknown_value": N_("{file}, {where}: “{text}” is not one of {known}."),
    "mapping.unknown_column": N_("{file}, {where}: there is no column “{name}”."),
    "mapping.unknown_crosswalk": N_("{file}, {where}: there is no crosswalk “{name}”."),
    "mapping.unknown_spec": N_("{file}, {where}: {spec} is not a way to make a value."),
    "mapping.unknown_test": N_("{file}, {where}: “{test}” is not a test."),
    "mapping.no_test": N_("{file}, {where}: a condition needs one of {known}."),
    "mapping.no_format": N_("{file}, {where}: dates need a format, for example %Y-%m-%d."),
    "mapping.not_an_instant": N_("{file}, {where}: “{name}” is not a column of type instant."),
    "mapping.not_a_number": N_("{file}, {where}: “{name}” is not a column with whole numbers."),
    "mapping.field_not_set": N_("{file}, {where}: the field “{name}” must be set."),
    # files from outside: loading
    "load.no_folder": N_("There is no folder {folder}."),
    "load.no_file": N_("No file in {folder} fits {pattern}."),
    "load.wrong_encoding": N_(
        "{file}, line {line}: this is not {encoding}. Save the file as {encoding}, or declare its encoding."
    ),
    "load.not_csv": N_("{file}, line {line}: the quotes or separators are broken ({detail})."),
    "load.missing_columns": N_("{file}: columns are missing: {columns}. The file has: {found}."),
    "load.does_not_add_up": N_(
        "{group}: {read} rows were read, but {counted} are accounted for. Nothing was loaded."
    ),
    "load.key_refused": N_("{entity} {key} was not loaded: {reason}"),
    "load.several_values": N_("{vote}: {keys} keys have several values; the most frequent is used: {list}"),
    "load.figures_differ": N_(
        "{first} and {second} differ in {rows} rows (first: {file}, line {line}); the file's {first} is kept."
    ),
    "row.empty": N_("{column} is empty."),
    "row.wrong_form": N_("“{text}” does not have the form {form}."),
    "row.id_too_long": N_("{text} has more than {digits} digits: the last ones may be lost."),
    "row.wrong_width": N_("The row has {found} cells instead of {expected}."),
    "row.not_in_crosswalk": N_("“{text}” is not in the crosswalk {crosswalk}. Add it to the mapping."),
    "row.unknown_key": N_("There is no {entity} “{text}”."),
    "row.no_key": N_("The key of {entity} is empty."),
    "row.repeated_key": N_("{key} was there already: {file}, line {line}."),
    "row.not_same": N_("{column} differs from the first row of the same order."),
    "row.field_empty": N_("{field} must not be empty."),
    "row.no_class": N_("No class of the mapping fits this row."),
    "row.declared": N_("{reason}"),
    **SYNC,
    **ROUNDS,
    **ROUTING,
    **PRICES,
    **STOCK,
    **STAFF,
    **BULK,
    **SHIPPING,
    **ROUTES,
    **SIGN_IN,
    **ACTIONS,
    **AUDIT,
    **FILES,
    **INBOX,
    **DEVICE,
    **KEEPING,
}


def fill(template: str, params: Mapping[str, Param], show: Callable[[Param], str]) -> str:
    """Put parameters into a template; a parameter that was not sent stays visible as ``{name}``."""
    return template.format_map(_Shown({name: show(value) for name, value in params.items()}))


class _Shown(dict[str, str]):
    def __missing__(self, name: str) -> str:
        return "{" + name + "}"


def template_of(notice: Notice) -> str | None:
    """The sentence of a notice; one with nothing to count may have another one, ``code.none``. None: this
    program does not know it.
    """
    none = MESSAGES.get(f"{notice.code}.none") if notice.params.get("count") == 0 else None
    return none or MESSAGES.get(notice.code)


def english(notice: Notice) -> str:
    """The English sentence, without the cost of locale data."""
    template = template_of(notice)
    if template is None:
        return notice.fallback or notice.code
    return fill(template, notice.params, plain_value)


def plain_value(value: Param) -> str:
    """One parameter in plain English notation; an unknown currency is shown, never an error."""
    from channeldesk.model import values

    match value:
        case Money(amount, currency):
            digits = values.CURRENCIES.get(currency, 2)
            return f"{currency} {values.to_decimal(amount, digits):,}"
        case Price(amount, currency):
            text = f"{values.to_decimal(amount, values.PRICE_SCALE):,}"
            return f"{currency} {text[:-2] if text.endswith('00') else text}"
        case Quantity(amount, unit):
            return f"{values.quantity_text(amount)} {unit}".rstrip()
        case Rate(basis_points):
            return f"{values.rate_text(basis_points)} %"
        case Day(date):
            return date
        case Instant(at):
            moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at)
            return f"{moment:%Y-%m-%d %H:%M} UTC"
        case Term(text):
            return text
        case _:
            return str(value)
