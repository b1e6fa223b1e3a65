"""Who may do what, in a browser: logging in and out, what a page may load, pages of other sites."""

import http.server
import re
import subprocess
import threading

import pytest
from conftest import PROGRAM, Server, Visitor
from playwright.sync_api import expect

PASSWORD = "three blind mice"


@pytest.fixture
def users(journal):
    path = journal.parent / "users.json"
    for name, role in [("anna", "recorder"), ("rita", "reader"), ("boss", "admin")]:
        subprocess.run([PROGRAM, "user", "add", name, "--role", role, "--users", str(path)],
                       input=PASSWORD + "\n", text=True, check=True, capture_output=True)
    return path


@pytest.fixture
def guarded(journal, users):
    server = Server(journal, "--users", str(users))
    yield server
    server.stop()


def log_in(page, name, password=PASSWORD):
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def test_a_log_in_leads_to_the_page_that_was_asked_for_and_a_log_out_ends_it(chromium, guarded):
    visitor = Visitor(chromium, guarded)
    page = visitor.page("/tracks/us-ru/leaders?known_at=2025-10-23")
    expect(page).to_have_title("Log in · Demarche")
    log_in(page, "anna", "three blind rats")
    expect(page.get_by_role("alert")).to_have_text("The name or the password is wrong.")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page).to_have_url(guarded.address + "/tracks/us-ru/leaders?known_at=2025-10-23")
    assert page.evaluate("document.cookie") == "", "no script may read the session"
    page.get_by_role("button", name="Log out").click()
    expect(page).to_have_title("Log in · Demarche")
    page.goto(guarded.address + "/agenda")
    expect(page).to_have_title("Log in · Demarche")
    assert visitor.problems == []


def test_what_somebody_records_has_the_name_of_the_user(chromium, guarded):
    visitor = Visitor(chromium, guarded)
    page = visitor.page("/record/track_stalled")
    log_in(page, "anna")
    page.locator("[name=track]").fill("us-ru/leaders")
    page.locator("[name=occurred]").fill("2025-11")
    page.locator("[name=who]").fill("izvestia")
    page.locator("[name=attribution]").select_option("media")
    page.get_by_role("button", name="Enter", exact=True).click()
    expect(page).to_have_url(re.compile("/entries/"))
    entered = guarded.events()[-1]
    assert (entered["entered_by"], entered["source"]["who"]) == ("anna", "izvestia")
    assert visitor.problems == []


def test_somebody_who_was_removed_is_told_and_keeps_what_was_typed(chromium, guarded, users):
    visitor = Visitor(chromium, guarded)
    page = visitor.page("/record/track_stalled")
    log_in(page, "anna")
    page.locator("[name=track]").fill("us-ru/leaders")
    subprocess.run([PROGRAM, "user", "remove", "anna", "--users", str(users)], check=True, capture_output=True)
    expect(page.get_by_text("You are logged out.")).to_be_visible()
    assert page.locator("[name=track]").input_value() == "us-ru/leaders"


def test_no_page_breaks_the_policy_for_its_contents(chromium, guarded):
    visitor = Visitor(chromium, guarded)
    visitor.context.add_init_script(
        "addEventListener('securitypolicyviolation', (e) => console.error('violation ' + e.violatedDirective))")
    page = visitor.page("/login?to=/users")
    log_in(page, "boss")
    for path in ["/users", "/", "/tracks/us-ru/leaders", "/brief?from=2025-10-22", "/agenda", "/check", "/search?q=summit",
                 "/record", "/record/meeting_scheduled", "/digest.html?from=2025-10-22"]:
        assert page.goto(guarded.address + path).status == 200, path
        page.wait_for_timeout(300)
    page.goto(guarded.address + "/")
    # The policy is in force: what a page of this server would never do is not done.
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.ran = 1'}))")
    assert page.evaluate("window.ran") is None
    page.wait_for_timeout(200)
    violated = [problem for problem in visitor.problems if "violation" in problem]
    assert len(violated) == 2, visitor.problems
    assert "style-src" in violated[0] and "script-src" in violated[1], violated


@pytest.fixture
def other_site(guarded):
    """A site whose page sends a form to the server."""
    page = (f"<!doctype html><form method=post action='{guarded.address}/logout'></form>"
            f"<iframe src='{guarded.address}/'></iframe>").encode()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("content-type", "text/html")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_):
            pass

    site = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=site.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{site.server_port}"
    site.shutdown()


def test_a_page_of_another_site_can_neither_write_nor_show_the_page_within_itself(chromium, guarded, other_site):
    visitor = Visitor(chromium, guarded)
    page = visitor.page("/login")
    log_in(page, "anna")
    expect(page).to_have_url(guarded.address + "/")
    other = visitor.context.new_page()
    # Another port is the same site to a cookie, and another origin to the server.
    for site in [other_site, other_site.replace("127.0.0.1", "localhost")]:
        other.goto(site)
        other.wait_for_timeout(1000)
        assert other.frames[1].url == "chrome-error://chromewebdata/", "the page is shown within another one"
        with other.expect_navigation() as navigation:
            other.evaluate("document.forms[0].submit()")
        assert navigation.value.status == 403
    assert page.goto(guarded.address + "/agenda").status == 200
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
