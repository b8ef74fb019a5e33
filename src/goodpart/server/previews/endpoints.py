"""The live picture of a station over the browser API."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from goodpart.server.kit.permissions import Permission, permit
from goodpart.server.kit.requests import WorkDep
from goodpart.server.previews import service
from goodpart.server.previews.board import PreviewBoard
from goodpart.server.previews.schemas import LivePictureOut

router = APIRouter(tags=["live"])


def board_of(request: Request) -> PreviewBoard:
    board = request.app.state.previews
    assert isinstance(board, PreviewBoard)
    return board


BoardDep = Annotated[PreviewBoard, Depends(board_of)]


@router.get("/stations/{station}/live-picture", dependencies=[permit(Permission.VIEW)])
async def get_live_picture(work: WorkDep, board: BoardDep, station: str) -> LivePictureOut:
    """The newest part of a station, small, whatever its verdict.

    To ask is to look: the gateway sends pictures for `lease_s` seconds more. The live stream's event `preview` tells
    that there is a newer one.
    """
    return await service.look(work, board, station)
