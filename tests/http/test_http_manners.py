"""Servers are asked when they want to be, also across runs."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from servers import FEED, PAGE, FaultServer, answer, bomb, compressed, in_turn, redirect

from digest.config.schema import Gather
from digest.errors import FetchError
from digest.feeds import parse_feed
from digest.feeds.shape import Cadence
from digest.http import Client, Response
from digest.http.manners import FRESH_AT_MOST, freshness
from digest.state.database import open_database
from digest.state.responses import ResponseCache
from digest.state.visits import Visits

NOW = datetime(2025, 4, 28, 7, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
QUICK = Gather(connect_timeout_seconds=2.0, idle_timeout_seconds=5.0, deadline_seconds=5.0)

Visit = Callable[..., Response | FetchError]


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[Visit]:
    """One run after another over one database: what each makes of an address.

    ``readable`` says whether the body turned out to be a document.
    """

    def run(
        url: str,
        now: datetime = NOW,
        *,
        refresh: bool = False,
        readable: bool = True,
        until: datetime | None = None,
    ) -> Response | FetchError:
        with open_database(tmp_path / "digest.db") as connection:
            client = Client(
                QUICK,
                ResponseCache(connection),
                visits=Visits(connection),
                refresh=refresh,
                now=now,
                user_agent="digest/test",
            )
            try:
                response = client.fetch(url, private=True)
                if readable:
                    client.accept(response, until=until)
                return response
            except FetchError as error:
                return error
            finally:
                client.flush()
                client.close()

    yield run


def asked(found: Response | FetchError) -> bool:
    return found.asked


class TestFreshness:
    @pytest.mark.parametrize(
        ("headers", "hours"),
        [
            ({"Cache-Control": "max-age=7200"}, 2),
            ({"Cache-Control": 'public, MAX-AGE="7200"', "Age": "3600"}, 1),
            ({"Expires": "Mon, 28 Apr 2025 10:00:00 GMT"}, 3),
            (
                {
                    "Expires": "Mon, 28 Apr 2025 10:00:00 GMT",
                    "Date": "Mon, 28 Apr 2025 09:00:00 GMT",
                },
                1,
            ),
        ],
    )
    def test_what_the_server_calls_fresh_is_not_asked_for_until_it_is_old(
        self, server: FaultServer, visit: Visit, headers: dict[str, str], hours: int
    ) -> None:
        url = server.put("/feed", answer(headers=headers))
        assert asked(visit(url))
        again = visit(url, NOW + hours * HOUR - timedelta(seconds=1))
        assert isinstance(again, Response) and again.body == FEED
        assert not again.asked and again.unchanged and len(server.requests) == 1
        assert asked(visit(url, NOW + hours * HOUR))

    @pytest.mark.parametrize(
        "headers",
        [
            {},
            {"Cache-Control": "no-cache, max-age=7200"},
            {"Cache-Control": "no-store"},
            {"Cache-Control": "max-age=soon"},
            {"Expires": "0"},
            {"Expires": "-1"},
            {"Expires": "Mon, 28 Apr 2025 06:00:00 GMT"},
        ],
    )
    def test_without_a_word_about_it_the_server_is_always_asked(
        self, server: FaultServer, visit: Visit, headers: dict[str, str]
    ) -> None:
        url = server.put("/feed", answer(headers=headers))
        visit(url)
        assert asked(visit(url))

    def test_a_year_of_freshness_hides_no_day(self, server: FaultServer, visit: Visit) -> None:
        url = server.put("/feed", answer(headers={"Cache-Control": "max-age=31536000"}))
        visit(url)
        assert not asked(visit(url, NOW + 22 * HOUR))
        assert asked(visit(url, NOW + 24 * HOUR))

    def test_refresh_asks_all_the_same(self, server: FaultServer, visit: Visit) -> None:
        url = server.put("/feed", answer(headers={"Cache-Control": "max-age=7200"}))
        visit(url)
        assert asked(visit(url, refresh=True))

    def test_a_page_of_excuses_is_never_fresh(self, server: FaultServer, visit: Visit) -> None:
        fresh = {"Cache-Control": "max-age=7200"}
        url = server.put("/feed", in_turn(answer(PAGE, headers=fresh), answer()))
        visit(url, readable=False)
        found = visit(url)
        assert isinstance(found, Response) and found.body == FEED

    def test_a_clock_that_was_set_back_asks_again(self, server: FaultServer, visit: Visit) -> None:
        url = server.put("/feed", answer(headers={"Cache-Control": "max-age=7200"}))
        visit(url)
        assert asked(visit(url, NOW - timedelta(days=300)))

    def test_a_304_may_prolong_it(self, server: FaultServer, visit: Visit) -> None:
        url = server.put("/feed", answer(etag='"1"', headers={"Cache-Control": "max-age=3600"}))
        visit(url)
        visit(url, NOW + 2 * HOUR)
        assert not asked(visit(url, NOW + 2 * HOUR + timedelta(minutes=59)))
        assert len(server.requests) == 2

    def test_what_the_document_says_counts_beside_the_headers(
        self, server: FaultServer, visit: Visit
    ) -> None:
        url = server.put("/feed", answer())
        visit(url, until=NOW + 3 * HOUR)
        assert not asked(visit(url, NOW + 2 * HOUR))

    @given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
    def test_any_header_gives_a_bounded_time(self, control: str, expires: str, age: str) -> None:
        headers = {"Cache-Control": f"max-age={control}", "Expires": expires, "Age": age}
        assert timedelta() <= freshness(headers, NOW) <= FRESH_AT_MOST


class TestCadence:
    def feed(self, said: str) -> Cadence:
        name = "http://purl.org/rss/1.0/modules/syndication/"
        text = (
            f'<rss version="2.0" xmlns:sy="{name}"><channel><title>T</title>{said}</channel></rss>'
        )
        return parse_feed(text.encode(), url="", timezone="UTC").cadence

    @pytest.mark.parametrize(
        ("said", "hours"),
        [
            ("<ttl>120</ttl>", 2),
            (
                "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>",
                6,
            ),
            ("<skipHours><hour>7</hour><hour>8</hour></skipHours>", 2),
            ("<skipDays><day>Monday</day></skipDays>", 17),
            ("<skipHours><hour>24</hour></skipHours>", 0),
            ("<ttl>soon</ttl>", 0),
            ("<ttl>-5</ttl><skipDays><day>Someday</day></skipDays>", 0),
            ("", 0),
        ],
    )
    def test_a_feed_says_when_it_wants_the_next_visit(self, said: str, hours: int) -> None:
        assert self.feed(said).next_visit(NOW) == NOW + hours * HOUR

    def test_a_feed_that_is_never_to_be_asked_is_asked(self) -> None:
        all_hours = "".join(f"<hour>{hour}</hour>" for hour in range(24))
        assert self.feed(f"<skipHours>{all_hours}</skipHours>").next_visit(NOW) == NOW


class TestGone:
    def test_a_gone_address_is_not_asked_again_until_refresh(
        self, server: FaultServer, visit: Visit
    ) -> None:
        url = server.put("/feed", in_turn(answer(b"", status=410), answer()))
        first, second = visit(url), visit(url, NOW + timedelta(days=7))
        for found in (first, second):
            assert isinstance(found, FetchError) and found.status == "gone"
        assert "28 Apr 2025" in str(second) and "--refresh" in str(second)
        assert len(server.requests) == 1
        assert isinstance(visit(url, NOW + timedelta(days=7), refresh=True), Response)
        assert isinstance(visit(url, NOW + timedelta(days=14)), Response)


class TestMoves:
    def test_the_new_address_is_asked_from_then_on(self, server: FaultServer, visit: Visit) -> None:
        old = server.put("/old", redirect("/new", status=301))
        new = server.put("/new", answer(etag='"1"'))
        visit(old)
        again = visit(old, NOW + 24 * HOUR)
        assert isinstance(again, Response)
        assert (again.status, again.moved_to) == (304, new)
        assert [request.path for request in server.requests] == ["/old", "/new", "/new"]

    def test_a_temporary_redirect_is_asked_for_each_time(
        self, server: FaultServer, visit: Visit
    ) -> None:
        old = server.put("/old", redirect("/new", status=302))
        server.put("/new", answer())
        visit(old)
        visit(old, NOW + 24 * HOUR)
        assert [request.path for request in server.requests] == ["/old", "/new"] * 2

    def test_the_old_address_gets_a_chance_when_the_new_one_fails(
        self, server: FaultServer, visit: Visit
    ) -> None:
        old = server.put("/old", in_turn(redirect("/new", status=301), answer()))
        server.put("/new", in_turn(answer(), answer(b"", status=404)))
        visit(old)
        assert isinstance(visit(old), FetchError)
        found = visit(old)
        assert isinstance(found, Response) and found.moved_to is None


class TestFailures:
    def test_each_failure_from_the_third_on_doubles_the_wait(
        self, server: FaultServer, visit: Visit, tmp_path: Path
    ) -> None:
        url = server.put("/feed", answer(b"", status=500))
        now, waits = NOW, []
        for _ in range(15):
            assert asked(visit(url, now))
            with open_database(tmp_path / "digest.db") as connection:
                noted = Visits(connection).find(url)
            assert noted is not None
            waits.append((noted.retry_at or now) - now)
            if waits[-1]:
                early = visit(url, now + waits[-1] - timedelta(seconds=1))
                assert "failed" in str(early) and not asked(early)
            now += waits[-1]
        assert waits[:2] == [timedelta()] * 2
        for wait, minutes in zip(waits[2:8], (1, 2, 4, 8, 16, 32), strict=True):
            assert 0.9 <= wait / timedelta(minutes=minutes) <= 1.1  # a tenth by address
        assert waits == sorted(waits) and waits[-1] <= timedelta(hours=26)

    def test_a_week_later_it_is_always_asked_and_success_wipes_the_slate(
        self, server: FaultServer, visit: Visit
    ) -> None:
        broken = [answer(b"", status=500)] * 10
        url = server.put("/feed", in_turn(*broken, answer(), answer(b"", status=500)))
        for week in range(10):
            assert isinstance(visit(url, NOW + timedelta(weeks=week)), FetchError)
        assert isinstance(visit(url, NOW + timedelta(weeks=10)), Response)
        for _ in range(2):
            found = visit(url, NOW + timedelta(weeks=11))
            assert isinstance(found, FetchError) and found.asked

    def test_refresh_asks_what_failed(self, server: FaultServer, visit: Visit) -> None:
        url = server.put("/feed", answer(b"", status=500))
        for _ in range(4):
            visit(url)
        count = len(server.requests)
        visit(url, refresh=True)
        assert len(server.requests) == count + 1


class TestRest:
    @pytest.mark.parametrize("status", [429, 503])
    def test_a_long_rest_holds_for_the_whole_host_and_the_next_runs(
        self, server: FaultServer, visit: Visit, status: int
    ) -> None:
        busy = server.put("/a", answer(b"", status=status, headers={"Retry-After": "3600"}))
        other = server.put("/b", answer())
        first = visit(busy)
        assert isinstance(first, FetchError) and first.retry_at == NOW + HOUR
        for refresh in (False, True):
            found = visit(other, NOW + timedelta(minutes=59), refresh=refresh)
            assert isinstance(found, FetchError) and found.status == "blocked"
        assert len(server.requests) == 1
        assert isinstance(visit(other, NOW + HOUR), Response)

    def test_a_short_rest_is_waited_for(self, server: FaultServer, visit: Visit) -> None:
        rest = answer(b"", status=429, headers={"Retry-After": "1"})
        url = server.put("/a", in_turn(rest, answer()))
        start = time.monotonic()
        assert isinstance(visit(url), Response)
        assert time.monotonic() - start >= 1.0

    def test_a_host_that_never_tires_of_short_rests_is_left(
        self, server: FaultServer, visit: Visit
    ) -> None:
        url = server.put("/a", answer(b"", status=429, headers={"Retry-After": "0"}))
        found = visit(url)
        assert isinstance(found, FetchError) and found.http_status == 429
        assert len(server.requests) == 2


class TestEncodings:
    @pytest.mark.parametrize("how", ["br", "zstd"])
    def test_modern_compression_is_undone(
        self, server: FaultServer, visit: Visit, how: str
    ) -> None:
        found = visit(server.put("/feed", compressed(how=how)))
        assert isinstance(found, Response) and found.body == FEED and not found.problems

    @pytest.mark.parametrize("how", ["br", "zstd"])
    def test_a_bomb_ends_at_the_bound(self, server: FaultServer, visit: Visit, how: str) -> None:
        found = visit(server.put("/feed", bomb(40, how)))
        assert isinstance(found, FetchError) and "larger than" in str(found)

    @pytest.mark.parametrize("how", ["br", "zstd"])
    def test_a_broken_end_keeps_what_came(
        self, server: FaultServer, visit: Visit, how: str
    ) -> None:
        import brotli
        import zstandard

        pack = brotli.compress if how == "br" else zstandard.ZstdCompressor().compress
        body = pack(FEED * 2000)[:-3]
        found = visit(server.put("/feed", answer(body, headers={"Content-Encoding": how})))
        assert isinstance(found, Response) and found.body.startswith(FEED[:100]) and found.problems

    def test_a_header_that_lies_of_brotli_is_not_believed(
        self, server: FaultServer, visit: Visit
    ) -> None:
        found = visit(server.put("/feed", compressed(how="plain", said="br")))
        assert isinstance(found, Response) and found.body == FEED


def test_visits_are_read_back_as_they_were_written(tmp_path: Path) -> None:
    from digest.state.visits import Visit as Noted

    noted = Noted(
        url="https://example.org/feed",
        noted_at=NOW,
        moved_to="https://example.org/new",
        gone=True,
        fresh_until=NOW + HOUR,
        failures=3,
        retry_at=NOW + 2 * HOUR,
    )
    with open_database(tmp_path / "digest.db") as connection:
        visits = Visits(connection)
        visits.note(noted)
        assert visits.find(noted.url) == noted
        visits.rest("example.org", now=NOW, until=NOW + HOUR)
        visits.flush()
    with open_database(tmp_path / "digest.db") as connection:
        again = Visits(connection)
        assert again.find(noted.url) == noted
        assert again.resting_until("example.org", NOW) == NOW + HOUR
        assert again.resting_until("example.org", NOW - HOUR) is None
        assert isinstance(connection, sqlite3.Connection)
