"""Follows the server's commands: while somebody looks at a station, its previews go up. Records never wait for them."""

import asyncio

import structlog

from goodpart.base.clock import Clock
from goodpart.gateway.enrollment.errors import ServerRefusedError
from goodpart.gateway.folders import GatewayFolders
from goodpart.gateway.health.boot import read_boot_id
from goodpart.gateway.previews.mailbox import LONGEST_LEASE_S, PreviewMailbox
from goodpart.gateway.uplink.client import ServerClient
from goodpart.gateway.uplink.link import FAILURES, Link
from goodpart.wire.commands import WatchStation

_LOOKED_EVERY_S = 0.04
"""For a new preview, while there is a lease."""
_ASKED_AT_MOST_EVERY_S = 0.1
_ASKED_AGAIN_AFTER_S = 60.0
"""A server that knows no commands is one of an older version; it may be updated at any time."""
_AFTER_A_FAILURE_S = 1.0
_log = structlog.get_logger("uplink")


class CommandFollower:
    """One question is always open at the server. Previews are sent by one task a station, which ends with its lease."""

    def __init__(
        self, folders: GatewayFolders, client: ServerClient, link: Link, clock: Clock, *, wait_s: float
    ) -> None:
        self._folders = folders
        self._client = client
        self._link = link
        self._clock = clock
        self._wait_s = wait_s
        self._boot = read_boot_id()
        self._until: dict[str, float] = {}
        """Station → when its lease ends, by the loop's clock; it is here as long as its task runs."""

    async def run(self) -> None:
        """Never returns."""
        cursor, wait_s = 0, 0.0
        async with asyncio.TaskGroup() as senders:
            while True:
                try:
                    commands = await self._client.commands(cursor, wait_s=wait_s)
                except FAILURES as error:
                    is_older = isinstance(error, ServerRefusedError) and error.status == 404
                    await asyncio.sleep(_ASKED_AGAIN_AFTER_S if is_older else self._link.failed("commands", error))
                    wait_s = 0.0  # the first answer after a loss comes at once: it says that the server is there again
                    continue
                self._link.worked("commands")
                cursor, wait_s = commands.cursor, self._wait_s
                for each in commands.watch:
                    self._lease(each, senders)
                await asyncio.sleep(_ASKED_AT_MOST_EVERY_S)

    def _lease(self, command: WatchStation, senders: asyncio.TaskGroup) -> None:
        on_disk = {folder.station: folder for folder in self._folders.stations_on_disk()}
        folder = on_disk.get(command.station)
        if folder is None:
            return  # it is wired to this gateway, and not rolled out yet
        mailbox = PreviewMailbox(folder, self._clock, boot=self._boot)
        lease_s = min(command.lease_s, LONGEST_LEASE_S)
        try:
            mailbox.lease(lease_s)
        except OSError as error:
            _log.warning("station_not_watched", station=command.station, cause=str(error))
            return
        begins = command.station not in self._until
        self._until[command.station] = asyncio.get_running_loop().time() + lease_s
        if begins:
            mailbox.take()  # left over from an earlier lease
            senders.create_task(self._send(command.station, mailbox), name=f"previews {command.station}")

    async def _send(self, station: str, mailbox: PreviewMailbox) -> None:
        """What cannot be sent now is gone: the next one is newer."""
        time = asyncio.get_running_loop().time
        while time() < self._until[station]:
            content = mailbox.take()
            pause_s = _LOOKED_EVERY_S
            if content is not None:
                try:
                    await self._client.put_preview(station, content)
                except ServerRefusedError as error:
                    _log.info("preview_refused", station=station, cause=error.cause)
                    pause_s = _AFTER_A_FAILURE_S
                except FAILURES:
                    pause_s = _AFTER_A_FAILURE_S
            await asyncio.sleep(pause_s)
        del self._until[station]
