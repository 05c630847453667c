"""The routes: what can be asked of the shop. Each reads its body, asks the counter, and writes the answer.

Whatever changes something is a `PUT` or `DELETE` under a name that the client chose, so that it can be sent again after
any failure: the second time it changes nothing and answers the same bytes. Who the visitor is, a real shop knows from
its session; here the body says it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, TypeAlias

import attrs
from fastapi import Depends, FastAPI, HTTPException, Path, Request, Response
from fastapi.exceptions import RequestValidationError

from aftercare import AftercareError, DocumentError
from aftercare.messages import negotiate
from examples.fastapi_shop import wire
from examples.fastapi_shop.counter import Conflict, Counter, NotFound, PriceChanged, RefundChanged, Refused
from examples.fastapi_shop.database import KeyReused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Connection

    from aftercare import PolicyBook
    from examples.fastapi_shop.database import Database


_LONGEST_BODY: Final = 100_000


@attrs.frozen
class Asked:
    """What every request brings: its name, its body, and the language of the visitor."""

    name: str
    body: bytes
    locale: str


async def _asked(request: Request) -> Asked:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST_BODY:
            raise HTTPException(413)
    return Asked(f"{request.method} {request.scope['path']}", bytes(body), _locale(request))


def _locale(request: Request) -> str:
    """The language in `?locale=`, or else the one that the browser asks for."""
    chosen = request.query_params.get("locale", "").replace("_", "-")
    return negotiate(chosen or request.headers.get("accept-language"))


Question: TypeAlias = Annotated[Asked, Depends(_asked)]
Id: TypeAlias = Annotated[str, Path(pattern=r"^[A-Za-z0-9._-]{1,64}$")]


def create_app(book: PolicyBook, database: Database) -> FastAPI:
    """The shop of a book, with its orders in a database."""
    app = FastAPI(title=book.name, exception_handlers=_HANDLERS)
    counter = Counter(book, database)

    def once(asked: Asked, answer: Callable[[Connection], Mapping[str, Any]]) -> Response:
        return _json(database.once(asked.name, asked.body, lambda connection: wire.written(answer(connection))))

    @app.post("/quotes")
    def quote(asked: Question) -> Response:
        """What a cart costs."""
        order = wire.read_cart(asked.body)
        with database.reading() as connection:
            found = counter.quote(connection, order)
        return _json(wire.written(wire.quoted(found, asked.locale)))

    @app.post("/suggestions")
    def suggest(asked: Question) -> Response:
        """What would bring more for a cart: apart from its price, for it takes longer to find."""
        order = wire.read_cart(asked.body)
        with database.reading() as connection:
            found = counter.quote(connection, order)
        return _json(wire.written(wire.suggestions(found, asked.locale)))

    @app.put("/orders/{id}")
    def place(id: Id, asked: Question) -> Response:
        """Place an order at the price that was shown; its promotions are held until it is paid."""
        order, shown = wire.read_checkout(asked.body)
        return once(asked, lambda connection: wire.placed_order(counter.place(connection, id, order, shown=shown)))

    @app.get("/orders/{id}")
    def order(id: Id) -> Response:
        """An order as it stands."""
        with database.reading() as connection:
            return _json(wire.written(wire.placed_order(counter.find(connection, id))))

    @app.get("/orders/{id}/receipt")
    def receipt(id: Id) -> Response:
        """The receipt, as it was stored."""
        with database.reading() as connection:
            return _json(counter.find(connection, id).receipt.text.encode())

    @app.delete("/orders/{id}")
    def give_up(id: Id, asked: Question) -> Response:
        """Give up an order that is not paid."""
        return once(asked, lambda connection: wire.placed_order(counter.give_up(connection, id)))

    @app.put("/orders/{id}/payment")
    def pay(id: Id, asked: Question) -> Response:
        """The money came in: what a payment service tells."""

        def answer(connection: Connection) -> dict[str, Any]:
            placed = counter.find(connection, id, locked=True)
            return wire.placed_order(
                counter.pay(connection, placed, amount=wire.read_amount(asked.body, placed.receipt))
            )

        return once(asked, answer)

    @app.put("/orders/{id}/delivery")
    def deliver(id: Id, asked: Question) -> Response:
        """The parcel arrived: what a carrier tells."""
        return once(asked, lambda connection: wire.placed_order(counter.deliver(connection, id)))

    @app.get("/orders/{id}/rights")
    def rights(id: Id, asked: Question) -> Response:
        """What can still be done with an order, and until when."""
        with database.reading() as connection:
            found = counter.rights(connection, counter.paid(connection, id))
        return _json(wire.written(wire.open_rights(found, asked.locale)))

    @app.post("/orders/{id}/returns")
    def preview_return(id: Id, asked: Question) -> Response:
        """What a return would give back and take away; nothing is recorded."""
        with database.reading() as connection:
            placed = counter.paid(connection, id)
            units, ground = wire.read_return(asked.body, placed.receipt)
            found = counter.preview_return(connection, placed, units, ground=ground)
        return _json(wire.written(wire.settled(found, asked.locale)))

    @app.put("/orders/{id}/returns/{return_id}")
    def take_back(id: Id, return_id: Id, asked: Question) -> Response:
        """The goods came back: give the refund that was shown."""

        def answer(connection: Connection) -> dict[str, Any]:
            placed = counter.paid(connection, id, locked=True)
            units, ground, shown = wire.read_confirmed_return(asked.body, placed.receipt)
            return wire.settled(
                counter.take_back(connection, placed, return_id, units, ground=ground, shown=shown), asked.locale
            )

        return once(asked, answer)

    @app.get("/customers/{id}/points")
    def points(id: Id, asked: Question) -> Response:
        """The statement of a member's points, and the tier."""
        with database.reading() as connection:
            found, standing = counter.points(connection, id)
        return _json(wire.written(wire.statement_of_points(found, standing, asked.locale)))

    return app


# --- what went wrong -------------------------------------------------------------------------------------------------


def _json(answer: bytes, status: int = 200) -> Response:
    return Response(answer, status, media_type="application/json")


def _problems(status: int, *problems: tuple[str, str]) -> Response:
    """Problems for the developer of a client."""
    found = [{"path": path, "message": message} for path, message in problems]
    return _json(wire.written({"problems": found}), status)


def _failed(request: Request, error: Exception) -> Response:
    """What an error means: 422 and 404 for a mistake, 409 for what cannot be now."""
    locale = _locale(request)
    match error:
        case RequestValidationError():
            return _problems(422, *((".".join(map(str, each["loc"])), each["msg"]) for each in error.errors()))
        case DocumentError():
            return _problems(422, *((each.path, each.message) for each in error.problems))
        case NotFound():
            return _problems(404, ("", str(error)))
        case KeyReused():
            return _problems(409, ("", f"`{error}` was sent with another body: choose another name for something else"))
        case Conflict():
            return _problems(409, ("", str(error)))
        case Refused():
            return _json(wire.written({"refused": wire.told(error.reasons, locale)}), 409)
        case PriceChanged():
            return _json(wire.written({"quote": wire.quoted(error.quote, locale)}), 409)
        case RefundChanged():
            return _json(wire.written({"preview": wire.settled(error.preview, locale)}), 409)
        case _:
            return _problems(422, ("", str(error)))


_KINDS = (
    AftercareError,
    Conflict,
    KeyReused,
    NotFound,
    PriceChanged,
    RefundChanged,
    Refused,
    RequestValidationError,
)
_HANDLERS: dict[int | type[Exception], Any] = dict.fromkeys(_KINDS, _failed)
