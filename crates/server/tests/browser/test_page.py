"""What people do with the page, from opening it to recording and seeing that in a second tab."""

import json
import os
import subprocess
import time
from pathlib import Path
from urllib.parse import parse_qs, urlparse

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import HOSTILE, PROGRAM
from playwright.sync_api import expect

LEADERS = "/tracks/us-ru/leaders?known_at=2025-10-23"
VIEWS = ["/", "/?known_at=2025-10-23", LEADERS, "/brief?from=2025-10-22", "/agenda?known_at=2025-10-23", "/check",
         "/search?q=summit", "/record", "/record/meeting_scheduled", "/record/track_opened"]


def asked(page):
    return {name: values[-1] for name, values in parse_qs(urlparse(page.url).query).items()}


def first_entry(server):
    return server.events()[0]["id"]


# --- Reading ---


def test_the_overview_shows_where_every_track_stands(visit):
    page = visit().page("/?known_at=2025-10-23")
    row = page.locator('tr[id="t-us-ru/ministers"]')
    expect(row.locator(".status")).to_contain_text("cancelled")
    expect(row.locator("a.star")).to_be_visible()
    assert page.locator("table.tracks tbody tr").count() == 15


def test_a_filter_stands_in_the_address(visit):
    page = visit().page("/?known_at=2025-10-23")
    page.locator("[name=status]").select_option("cancelled")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("table.tracks tbody tr")).to_have_count(1)
    assert asked(page) == {"known_at": "2025-10-23", "status": "cancelled"}


def test_a_link_shows_the_same_to_a_colleague(visit):
    mine = visit().page("/?known_at=2025-10-23&reading=side:us&q=us-ru")
    theirs = visit().page(mine.url.removeprefix(mine.url.split("/?")[0]))
    assert mine.locator("table.tracks").inner_text() == theirs.locator("table.tracks").inner_text()


def test_why_is_one_click_away(visit):
    page = visit().page("/?known_at=2025-10-23")
    page.locator('tr[id="t-us-ru/leaders"] a.plain').click()
    expect(page.locator("#why")).to_contain_text("It rests on")
    assert page.locator("#why .entry").count() >= 1


def test_the_star_opens_the_dispute(visit):
    page = visit().page("/?known_at=2025-10-23")
    page.locator('tr[id="t-us-ru/leaders"] a.star').click()
    expect(page.locator("#disputes")).to_be_in_viewport()
    expect(page.locator("#disputes")).to_contain_text("denies")


def test_a_slider_asks_for_another_day_and_back_takes_it_back(visit, server):
    server.record("track-stalled", "us-ru/tunnel", "--who", "ru/mfa", "--attribution", "on-record",
                  "--occurred", "2025-10-25", "--recorded", "2025-10-26")
    page = visit().page("/")
    slider = page.get_by_role("slider", name="Known at, by day")
    expect(slider).to_have_js_property("max", "2")
    slider.focus()
    slider.press("ArrowLeft")
    expect(page.locator(".judged")).to_contain_text("26 October 2025")
    assert asked(page)["known_at"] == "2025-10-26"
    slider = page.get_by_role("slider", name="Known at, by day")
    expect(slider).to_be_focused()
    slider.press("ArrowLeft")
    expect(page.locator(".judged")).to_contain_text("23 October 2025")
    page.go_back()
    expect(page.locator(".judged")).to_contain_text("26 October 2025")
    page.go_back()
    expect(page.locator(".judged")).to_contain_text("Judged now")


def test_a_mark_of_the_timeline_leads_to_its_entry(visit):
    page = visit().page(LEADERS)
    mark = page.locator("#timeline svg a").first
    mark.focus()
    mark.press("Enter")
    expect(page.get_by_role("heading", name="Entry")).to_be_visible()


def test_the_brief_can_be_had_as_markdown(visit):
    page = visit().page("/brief?from=2025-10-22&to=2025-10-23")
    address = page.get_by_role("link", name="As Markdown").get_attribute("href")
    markdown = page.request.get(page.url.split("/brief")[0] + address).text()
    assert markdown.startswith("# What changed from 2025-10-22 to 2025-10-23")


def test_search_finds_titles_summaries_names_and_sources(visit):
    page = visit().page("/search")
    for words in ["New START", "rumours mostly untrue", "orban", "izvestia-2025-10-23#F23"]:
        page.get_by_label("Words").fill(words)
        page.get_by_role("button", name="Search").click()
        expect(page.locator(".entries .entry, main li").first).to_be_visible()


def test_a_finding_leads_to_its_entry(visit):
    page = visit().page("/check?known_at=2025-10-23")
    page.locator(".findings a", has_text="the entry").first.click()
    expect(page.get_by_role("heading", name="Entry")).to_be_visible()


# --- Recording ---


def fill(page, **fields):
    for name, value in fields.items():
        field = page.locator(f"form.recording [name={name}]")
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)


STALL = {"track": "us-ru/tunnel", "occurred": "2025-10-24", "who": "ru/mfa", "attribution": "on_record"}


def test_an_entry_is_shown_before_it_is_entered_and_seen_in_a_second_tab(visit, server):
    visitor = visit().may_record()
    reader = visitor.page("/tracks/us-ru/tunnel")
    expect(reader.locator("#entries .entry").first).to_be_visible()
    before = reader.locator("#entries .entry").count()
    bytes_before = server.journal.read_bytes()
    page = visitor.page("/record/track_stalled")
    fill(page, **STALL)
    page.get_by_role("button", name="Show what it would change").click()
    expect(page.locator(".preview")).to_contain_text("Nothing is entered yet")
    expect(page.locator(".preview")).to_contain_text("us-ru/tunnel")
    assert server.journal.read_bytes() == bytes_before
    page.get_by_role("button", name="Enter").click()
    expect(page.locator(".done")).to_contain_text("durable")
    assert len(server.events()) == bytes_before.count(b"\n") + 1
    expect(reader.locator("#entries .entry")).to_have_count(before + 1, timeout=4000)


def test_what_the_journal_refuses_is_said_at_its_field_and_nothing_is_lost(visit, server):
    page = visit().may_record().page("/record/meeting_scheduled")
    fill(page, track="us-ru/tunnel", meeting="round-1", when="soon", who="ru/mfa", attribution="on_record",
         occurred="2025-10-24", venue="Vienna")
    page.get_by_role("button", name="Enter").click()
    expect(page.locator(".field.wrong .error")).to_contain_text("soon")
    expect(page.locator("form.recording [name=when]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("form.recording [name=venue]")).to_have_value("Vienna")
    fill(page, when="2025-11")
    page.get_by_role("button", name="Enter").click()
    expect(page.locator(".done")).to_be_visible()


def test_a_slip_of_the_hand_is_asked_about(visit):
    page = visit().may_record().page("/record/track_stalled")
    fill(page, **{**STALL, "track": "us-ru/tunel"})
    page.get_by_role("button", name="Show what it would change").click()
    expect(page.locator(".preview")).to_contain_text("did you mean us-ru/tunnel?")


def test_a_source_is_kept_for_the_next_entry(visit):
    page = visit().may_record().page("/record/track_stalled")
    fill(page, **STALL, grade="B2", cite="https://example.org/a", via="tass")
    page.get_by_role("button", name="Enter").click()
    page.get_by_role("link", name="Add another from the same source").click()
    page.get_by_role("link", name="Statement made").click()
    for name, value in {"who": "ru/mfa", "via": "tass", "grade": "B2", "cite": "https://example.org/a",
                        "attribution": "on_record", "track": "us-ru/tunnel"}.items():
        expect(page.locator(f"form.recording [name={name}]")).to_have_value(value)


def test_an_entry_is_denied_from_where_it_stands(visit, server):
    claim = next(event for event in server.events() if event["type"] == "meeting_proposed")
    page = visit().may_record().page(f"/entries/{claim['id']}")
    page.get_by_role("link", name="Deny").click()
    expect(page.locator("form.recording [name=claims]")).to_have_value(claim["id"])
    fill(page, who="us/state", attribution="on_record", occurred="2025-10-24")
    page.get_by_role("button", name="Enter").click()
    expect(page.locator(".done")).to_be_visible()
    assert server.events()[-1]["data"]["claims"] == [claim["id"]]


def test_what_is_typed_survives_a_server_that_is_gone(visit, server):
    page = visit().may_record().page("/record/track_stalled")
    fill(page, **STALL, reason="No news for weeks")
    server.kill()
    page.get_by_role("button", name="Enter").click()
    expect(page.locator("#notice")).to_contain_text("cannot be reached")
    expect(page.locator("form.recording [name=reason]")).to_have_value("No news for weeks")
    server.start()
    page.goto(server.record_address)
    page.goto(server.address + "/record/track_stalled")
    expect(page.locator("form.recording [name=reason]")).to_have_value("No news for weeks")
    page.get_by_role("button", name="Enter").click()
    expect(page.locator(".done")).to_be_visible()
    stalls = [event for event in server.events() if event["type"] == "track_stalled" and event["track"] == "us-ru/tunnel"]
    assert len(stalls) == 1


# --- Live ---


def test_what_another_process_enters_shows_up_and_the_place_is_kept(visit, server):
    page = visit().page("/tracks/us-ru/leaders")
    page.locator("#meetings summary").first.click()
    page.evaluate("scrollTo(0, 400)")
    began = time.monotonic()
    server.record("statement-made", "us-ru/leaders", "--who", "ru/mfa", "--attribution", "on-record",
                  "--summary", "We are in contact")
    expect(page.locator("#entries")).to_contain_text("We are in contact", timeout=4000)
    assert time.monotonic() - began < 4
    assert page.evaluate("scrollY") == pytest.approx(400, abs=60)
    assert page.locator("#meetings details[open]").count() == 1


def test_what_is_being_typed_is_left_alone(visit, server):
    page = visit().page("/")
    page.get_by_label("Title or name").fill("tun")
    server.record("statement-made", "us-ru/leaders", "--who", "ru/mfa", "--attribution", "on-record", "--summary", "Yes")
    expect(page.locator("#notice")).to_contain_text("Something has changed", timeout=4000)
    expect(page.get_by_label("Title or name")).to_have_value("tun")


def test_many_tabs_do_not_stall(visit, server):
    visitor = visit()
    pages = [visitor.page("/") for _ in range(9)]
    server.record("track-opened", "us-ru/arctic", "--title", "The Arctic", "--kind", "consultations", "--parties", "us,ru",
                  "--who", "desk", "--attribution", "document")
    for page in pages:
        page.bring_to_front()
        expect(page.locator('tr[id="t-us-ru/arctic"]')).to_be_visible(timeout=4000)


# --- For everybody ---


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_view_has_a_serious_barrier(visit, scheme):
    visitor = visit(color_scheme=scheme).may_record()
    barriers = []
    for view in VIEWS:
        page = visitor.page(view)
        for found in Axe().run(page).response["violations"]:
            if found["impact"] in ("serious", "critical"):
                barriers.append((view, found["id"], [node["html"][:120] for node in found["nodes"][:3]]))
        page.close()
    assert barriers == []


@pytest.mark.parametrize("width", [320, 768, 1600])
def test_no_view_is_wider_than_its_screen(visit, width):
    visitor = visit(viewport={"width": width, "height": 900}).may_record()
    shots = os.environ.get("SHOTS")
    for view in VIEWS:
        page = visitor.page(view)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, view
        if shots:
            name = f"{width}{view.replace('/', '_').replace('?', '_')}.png"
            page.screenshot(path=Path(shots) / name, full_page=True)
        page.close()


def test_the_keyboard_is_enough(visit):
    page = visit().page("/?known_at=2025-10-23")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('href') || ''").startswith("/tracks/"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("#why")).to_be_visible()


def test_the_page_works_without_script(visit):
    page = visit(java_script_enabled=False).page("/")
    page.goto(page.url + "?known_at=2025-10-23&status=cancelled")
    expect(page.locator("table.tracks tbody tr")).to_have_count(1)


def test_nothing_moves_while_a_view_is_made(visit, server):
    page = visit().context.new_page()
    page.add_init_script("""window.moved = 0; new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) window.moved += entry.value;
    }).observe({ type: 'layout-shift', buffered: true });""")
    for view in ["/?known_at=2025-10-23", LEADERS]:
        page.goto(server.address + view)
        page.wait_for_timeout(600)
        assert page.evaluate("window.moved") < 0.05, view


# --- Untrusted text ---


def test_no_text_of_an_event_becomes_markup(visit, server):
    lines = []
    for number, text in enumerate(HOSTILE):
        base = {"track": "hostile/texts", "occurred": "2025-10-20", "source": {"who": "anon", "attribution": "media"},
                "cite": text, "note": text}
        lines.append({**base, "type": "track_opened", "data": {"title": text, "kind": "consultations", "parties": ["us"]}})
        lines.append({**base, "type": "statement_made", "data": {"summary": text}})
        lines.append({**base, "type": "meeting_scheduled",
                      "data": {"meeting": f"m-{number}", "when": "2026-10-25", "title": text, "venue": text}})
        lines.append({**base, "type": "proposal_made", "data": {"proposal": f"p-{number}", "by": "us", "summary": text}})
    subprocess.run([PROGRAM, "record", "-j", str(server.journal), "--batch"], check=True, capture_output=True, text=True,
                   input="\n".join(json.dumps(line) for line in lines))
    visitor = visit().may_record()
    ids = [event["id"] for event in server.events()[-4:]]
    views = [*VIEWS, "/tracks/hostile/texts", "/search?q=hacked", "/brief?from=2025-10-22", "/agenda", "/check",
             *[f"/entries/{id}" for id in ids], *[f"/record?track=hostile/texts&like={id}" for id in ids[:1]],
             f"/record/statement_made?like={ids[0]}", *[f"/?q={text[:60]}" for text in HOSTILE[:7]],
             *[f"/search?q={text[:60]}" for text in HOSTILE[:7]]]
    for view in views:
        page = visitor.page(view)
        assert page.evaluate("window.hacked") is None, view
        assert page.locator("main script, main iframe, main base, main img, main style, main link").count() == 0, view
        page.close()
