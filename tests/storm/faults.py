"""What goes wrong. A fault is set up here; it counts when it strikes, which may be some steps later."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from channeldesk.hq import retention
from channeldesk.store.connect import Use
from tests.storm import ground
from tests.storm.chance import HOUR, YEAR
from tests.storm.profile import Bomb, Profile

if TYPE_CHECKING:
    from tests.storm.world import World


def _on_the_way(name: str, times: int = 1) -> Callable[[World, Profile], None]:
    def arm(world: World, who: Profile) -> None:
        who.link.armed[name] = times

    return arm


def kill_between_steps(world: World, who: Profile) -> None:
    """Ends the program where its round stands, or while it idles."""
    if not who.rounds:
        world.start_round(who)
        world.advance(who, world.rng.choice((1, 2, 3, 4, 5)))
    world.fault("kill between steps")
    who.link.struck.add("kill")
    who.kill()
    world.case(6)


def _bomb(use: Use) -> Callable[[World, Profile], None]:
    def arm(world: World, who: Profile) -> None:
        who.bomb = Bomb(use, world.rng.choice((1, 3, 6, 12, 25, 50)), world.rng.random() < 0.3)

    return arm


def _full(use: Use) -> Callable[[World, Profile], None]:
    def arm(world: World, who: Profile) -> None:
        if who.full is None:
            who.fill_disk(use, world.rng.choice((0, 0, 1)))

    return arm


def laptop_clock(world: World, who: Profile) -> None:
    """Never both a year ahead: what two clocks agree on is the time, and the journal keeps half a year."""
    ahead = 0 if world.office.clock.error == YEAR else YEAR
    who.clock.error = world.rng.choice((-HOUR, ahead, -YEAR, 0))
    world.fault("clock of a laptop")
    world.case(23)


def headquarters_clock(world: World, who: Profile) -> None:
    ahead = 0 if any(one.clock.error == YEAR for one in world.profiles) else YEAR
    world.office.clock.error = world.rng.choice((-HOUR, ahead, 0))
    world.fault("clock of headquarters")
    world.case(23)


def restart(world: World, who: Profile) -> None:
    """Headquarters' process ends and starts again; what was under way is cut."""
    world.office.restart()
    world.fault("restart of headquarters")
    for one in world.profiles:
        one.link.struck.add("restart")


def two_rounds(world: World, who: Profile) -> None:
    """The worker of a killed program lives on beside the new one's."""
    world.start_round(who)
    world.advance(who, world.rng.choice((1, 2, 3, 4)))
    world.start_round(who)
    world.fault("two rounds at once")
    world.case(40)


def edit_behind_the_sequencer(world: World, who: Profile) -> None:
    """Headquarters writes between the sequencing and the snapshot of the next pull."""
    world.behind = True


def restore(world: World, who: Profile) -> None:
    if not world.backup:
        world.keep_backup()
        world.planned.insert(0, "restore from a backup")
    else:
        world.restore()
        world.fault("restore from a backup")
        world.case(33)


def copy(world: World, who: Profile) -> None:
    """Somebody copies a profile to another laptop; both go on."""
    if not world.book.kin:
        world.copy_profile(who)
        world.fault("copied profile")
        world.case(34)


def forget(world: World, who: Profile) -> None:
    """Headquarters forgets what was deleted and answered so far, as after half a year."""
    world.office.finish_slow()
    retention.prune(world.office.database, world.office.clock(), days=0)
    world.fault("tombstones forgotten")
    world.case(26)


def damage(world: World, who: Profile) -> None:
    """A row of a laptop gets lost without a trace."""
    rows = who.ids_of("contact", "rv > 0 AND id NOT IN (SELECT row_id FROM outbox)")
    if not rows or who.rounds or who.bomb is not None or who.full is not None:
        return
    with who.database.apply() as connection:
        connection.exec_driver_sql("DELETE FROM contact WHERE id = ?", (world.rng.choice(rows),))
    who.damaged = True
    world.fault("lost row")
    world.case(37)


def another_user(world: World, who: Profile) -> None:
    """Another person signs in on a laptop: a profile of its own, beside the first one's outbox."""
    if len(world.profiles) <= world.options.laptops + 1:
        login = world.rng.choice([name for name, *_ in ground.PEOPLE if name != who.login])
        world.add_profile(login, filled=world.rng.random() < 0.8)
        world.fault("another user signs in")
        world.case(32)


def cancel(world: World, who: Profile) -> None:
    """A round is given up where it stands; the program goes on."""
    if who.rounds:
        who.rounds.pop().close()
        world.fault("cancelled round")


USUAL: dict[str, Callable[[World, Profile], None]] = {
    "busy": _on_the_way("busy", 3),
    "lost answer": _on_the_way("lost answer"),
    "repeat": _on_the_way("repeat"),
    "parallel": _on_the_way("parallel"),
    "gap": _on_the_way("gap"),
    "cut": _on_the_way("cut"),
    "reorder": _on_the_way("reorder"),
    "garble": _on_the_way("garble"),
    "kill between steps": kill_between_steps,
    "kill while applying": _bomb(Use.APPLY),
    "kill while writing": _bomb(Use.PERSON),
    "disk full while applying": _full(Use.APPLY),
    "disk full while writing": _full(Use.PERSON),
    "clock of a laptop": laptop_clock,
    "clock of headquarters": headquarters_clock,
    "restart of headquarters": restart,
    "two rounds at once": two_rounds,
    "edit behind the sequencer": edit_behind_the_sequencer,
    "cancelled round": cancel,
    "restore from a backup": restore,
    "copied profile": copy,
    "tombstones forgotten": forget,
    "lost row": damage,
    "another user signs in": another_user,
}
