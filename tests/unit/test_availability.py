from __future__ import annotations

import json
import threading
import time
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from core.embedding.availability import check_availability
from core.embedding.shop_visit import Manners
from core.jobs.context import Cancelled, JobContext
from core.scrape.sale_state import SaleState, judge_answer
from tests.made_catalogue import add_item, add_source


def page(body="", head=""):
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>"


def linked(availability=None):
    offers = {"@type": "Offer", "price": "12.00", "priceCurrency": "EUR"}
    if availability:
        offers["availability"] = availability
    product = {"@context": "https://schema.org", "@type": "Product", "name": "Dress"}
    return (
        '<script type="application/ld+json">'
        + json.dumps({**product, "offers": offers})
        + "</script>"
    )


def dto(**fields):
    item = {"id": 1, "title": "Dress", "brand_title": "Oona", **fields}
    return f'<script>window.data = {{"itemDto": {json.dumps(item)}}}</script>'


OPEN_PAGE = page(linked("https://schema.org/InStock"))


@pytest.mark.parametrize(
    ("status", "body", "state"),
    [
        (404, "", SaleState.REMOVED),
        (410, "gone", SaleState.REMOVED),
        (200, page('<div data-testid="page-not-found">Oh no</div>'), SaleState.REMOVED),
        (200, page(linked("https://schema.org/InStock")), SaleState.AVAILABLE),
        (200, page(linked("http://schema.org/SoldOut")), SaleState.SOLD),
        (200, page(linked("OutOfStock")), SaleState.SOLD),
        (200, page(linked()), SaleState.AVAILABLE),
        (200, page(dto(is_closed=False)), SaleState.AVAILABLE),
        (200, page(dto(is_closed=True)), SaleState.SOLD),
        (200, page(dto(is_visible=False)), SaleState.REMOVED),
        (200, page(dto(is_hidden=1)), SaleState.REMOVED),
        (200, page(dto(), linked("InStock")), SaleState.AVAILABLE),
        (200, page(dto(is_closed=True), linked("InStock")), SaleState.SOLD),
        (
            200,
            page('<span data-testid="item-status--content">Verkauft</span>' + linked("InStock")),
            SaleState.SOLD,
        ),
        (200, page(head='<meta property="og:availability" content="oos">'), SaleState.SOLD),
        (200, page(head='<meta property="og:availability" content="in stock">'), "available"),
        (200, page('<div itemprop="price">12,00 €</div>'), SaleState.AVAILABLE),
        (200, page("<h1>Are you a robot?</h1>"), SaleState.UNKNOWN),
        (200, "", SaleState.UNKNOWN),
        (200, "\x00\xff not html at all", SaleState.UNKNOWN),
        (403, OPEN_PAGE, SaleState.UNKNOWN),
        (500, OPEN_PAGE, SaleState.UNKNOWN),
    ],
)
def test_pages_are_judged_by_what_they_say(status, body, state):
    answer = judge_answer(status, body.encode("utf-8", "replace"))
    assert answer.state == state
    assert answer.why


class Shop(ThreadingHTTPServer):
    """Answers each path as the test has laid down, and notes when it was asked."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers = {"/robots.txt": [(404, "", {})]}
        self.asked = []
        self.times = []
        self.agents = set()
        self.let_go = threading.Event()

    def url(self, path):
        return f"http://127.0.0.1:{self.server_port}{path}"

    def says(self, path, *answers):
        self.answers[path] = [(*answer, {})[:3] for answer in answers]


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        shop = self.server
        shop.asked.append(self.path)
        shop.times.append(time.monotonic())
        shop.agents.add(self.headers["User-Agent"])
        answers = shop.answers.get(self.path, [(200, OPEN_PAGE, {})])
        status, body, headers = answers.pop(0) if len(answers) > 1 else answers[0]
        if body == "hang":
            shop.let_go.wait(30)
            return
        data = body.encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


@pytest.fixture
def shop():
    server = Shop()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield server
    server.let_go.set()
    server.shutdown()
    thread.join()
    server.server_close()


def listed(catalogue, shop, *paths):
    source = add_source(catalogue)
    return [
        add_item(catalogue, source, path, url=shop.url(path) if path.startswith("/") else path)
        for path in paths
    ]


def check(catalogue, items, **changes):
    manners = Manners(**{"pause_s": 0.0, "allow_private": True, **changes.pop("manners", {})})
    return check_availability(catalogue, items, manners=manners, **changes)


def stored(catalogue):
    rows = catalogue.connection.execute("SELECT item_id, state, why FROM availability")
    return {row["item_id"]: (row["state"], row["why"]) for row in rows}


def test_chosen_items_are_asked_and_the_answers_kept(catalogue, shop):
    shop.says("/items/2", (404, ""))
    shop.says("/items/3", (200, page(dto(is_closed=True))))
    shop.says("/items/4", (200, page("<h1>hello</h1>")))
    items = listed(catalogue, shop, *(f"/items/{n}" for n in range(1, 6)), "")
    result = check(catalogue, [*items[:4], items[5]])
    assert result.by_state == {"available": 1, "sold": 1, "removed": 1, "unknown": 1}
    assert (result.asked, result.without_page) == (4, 1)
    assert {id_: state for id_, (state, _) in stored(catalogue).items()} == dict(
        zip(items[:4], ["available", "removed", "sold", "unknown"], strict=True)
    )
    assert Counter(shop.asked)["/robots.txt"] == 1 and "/items/5" not in shop.asked
    assert shop.agents == {"Pickglass/1.0 (asks whether a listed item is still for sale)"}
    assert result.changes.item_ids == frozenset(items[:4])
    assert "Asked for 4 items" in str(result)


def test_what_was_asked_lately_is_not_asked_again(catalogue, shop):
    items = listed(catalogue, shop, "/items/1")
    check(catalogue, items, now=lambda: 1000.0)
    again = check(catalogue, items, now=lambda: 2000.0, fresh_s=1001)
    assert (again.asked, again.fresh) == (0, 1)
    assert shop.asked.count("/items/1") == 1
    assert check(catalogue, items, now=lambda: 2002.0, fresh_s=1001).asked == 1


def test_robots_txt_is_kept_to(catalogue, shop):
    rules = "User-agent: *\nDisallow: /secret\n\nUser-agent: Pickglass\nDisallow: /items/2\n"
    shop.says("/robots.txt", (200, rules))
    items = listed(catalogue, shop, "/items/1", "/items/2")
    result = check(catalogue, items)
    assert stored(catalogue)[items[1]] == ("unknown", "the shop's robots.txt forbids to ask")
    assert "/items/2" not in shop.asked and result.by_state["available"] == 1


def test_rules_that_cannot_be_read_forbid_everything(catalogue, shop):
    shop.says("/robots.txt", (503, ""))
    items = listed(catalogue, shop, "/items/1")
    check(catalogue, items)
    assert shop.asked == ["/robots.txt"]
    assert "rules cannot be read" in stored(catalogue)[items[0]][1]


def test_a_server_that_wants_long_pauses_is_left_alone(catalogue, shop):
    shop.says("/robots.txt", (200, "User-agent: *\nCrawl-delay: 600\n"))
    items = listed(catalogue, shop, "/items/1", "/items/2")
    check(catalogue, items)
    assert shop.asked == ["/robots.txt"]
    assert {why for _, why in stored(catalogue).values()} == {
        "the server wants 600 s between two pages"
    }


def test_pages_of_one_server_are_asked_for_one_after_the_other_with_a_pause(catalogue, shop):
    items = listed(catalogue, shop, "/items/1", "/items/2", "/items/3")
    check(catalogue, items, manners={"pause_s": 0.15})
    gaps = [b - a for a, b in zip(shop.times[1:], shop.times[2:], strict=False)]
    assert shop.asked[1:] == ["/items/1", "/items/2", "/items/3"]
    assert min(gaps) > 0.1


def test_a_busy_server_is_asked_again_when_it_says(catalogue, shop):
    shop.says("/items/1", (429, "", {"Retry-After": "0"}), (200, OPEN_PAGE))
    items = listed(catalogue, shop, "/items/1")
    check(catalogue, items)
    assert stored(catalogue)[items[0]][0] == "available"


def test_a_server_that_asks_to_be_left_alone_is(catalogue, shop):
    shop.says("/items/1", (429, "", {"Retry-After": "3600"}))
    items = listed(catalogue, shop, "/items/1", "/items/2")
    check(catalogue, items)
    assert shop.asked == ["/robots.txt", "/items/1"]
    assert {why for _, why in stored(catalogue).values()} == {"the shop asks to be left alone"}


def test_a_server_that_fails_again_and_again_is_given_up(catalogue, shop):
    paths = [f"/items/{n}" for n in range(6)]
    for path in paths:
        shop.says(path, (503, ""))
    items = listed(catalogue, shop, *paths)
    result = check(catalogue, items)
    assert len(shop.asked) == 1 + 3
    assert result.by_state == {"unknown": 6}


def test_a_shop_that_is_silent_does_not_unsay_what_it_said(catalogue, shop):
    items = listed(catalogue, shop, "/items/1")
    shop.says("/items/1", (404, ""), (500, ""), (200, OPEN_PAGE))
    check(catalogue, items, fresh_s=0)
    check(catalogue, items, fresh_s=0, now=lambda: time.time() + 10)
    assert stored(catalogue)[items[0]][0] == "removed"
    check(catalogue, items, fresh_s=0, now=lambda: time.time() + 20)
    assert stored(catalogue)[items[0]][0] == "available"


def test_redirects_are_followed_on_the_same_server_only(catalogue, shop):
    shop.says("/items/1", (301, "", {"Location": "/items/1-dress"}))
    shop.says("/items/2", (302, "", {"Location": "/catalog"}))
    shop.says("/items/3", (302, "", {"Location": "http://elsewhere.example/items/3"}))
    shop.says("/items/4", (302, "", {"Location": "/items/4"}))
    items = listed(catalogue, shop, *(f"/items/{n}" for n in range(1, 5)))
    check(catalogue, items)
    states = stored(catalogue)
    assert states[items[0]][0] == "available"
    assert states[items[1]] == ("unknown", "the shop leads to another page")
    assert states[items[2]] == ("unknown", "the shop leads to another server")
    assert states[items[3]] == ("unknown", "redirected too often")


def test_addresses_in_the_own_network_are_not_asked(catalogue, shop):
    items = listed(catalogue, shop, "/items/1")
    check(catalogue, items, manners={"allow_private": False})
    assert shop.asked == []
    assert "private network" in stored(catalogue)[items[0]][1]


@pytest.mark.parametrize("hanging", [True, False])
def test_asking_is_cancelled_at_once_and_what_came_stays(catalogue, shop, hanging):
    if hanging:
        shop.says("/items/2", (200, "hang"))
    items = listed(catalogue, shop, "/items/1", "/items/2", "/items/3")
    context = JobContext(is_cancelled=lambda: len(shop.asked) >= (3 if hanging else 2))
    with pytest.raises(Cancelled):
        check(catalogue, items, context=context, manners={"pause_s": 0.0 if hanging else 30.0})
    assert "/items/3" not in shop.asked
    assert set(stored(catalogue)) <= {items[0]}
