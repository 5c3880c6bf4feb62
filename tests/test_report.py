"""The report: harmless whatever the raw text holds, and what a person decides in it in a browser is what happens.

The tests in a browser need chromium, chromedriver and selenium; they are left out where one is missing, unless
CLEANCORPUS_BROWSER=required says that they must run.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cleancorpus import decisions, job, report
from cleancorpus.rules import Rules, load
from cleancorpus.source import of_text
from tests.test_cli import ROOT, environment

SAMPLE = ROOT / "samples" / "compilation.txt"
HOSTILE = (
    "<script>window.taken = 1</script> 他站在巷口,望着</script><!-- 远处的灯火。\n"
    '<img src=x onerror="window.taken = 2"> 她说,\'再见"吧\u2028window.taken = 3\u2029好 。\n'
    "\u202eabc\u2066他说,走 吧。{{data}}{{title}}\x1b[31m&lt;b&gt;&amp;,好。\u200f\n"
    "本书由墨香书屋整理上传 www.shuwu-abc.test</title><svg onload=window.taken=4>\n"
    "]]>--></style></textarea>`${window.taken = 5}`\\u003cscript>,的确。\n"
)


@pytest.fixture(scope="module")
def rules() -> Rules:
    return load()


def reported(raw: str, rules: Rules, name: str = "raw.txt") -> report.Report:
    out = report.Report(rules)
    done = job.prepare(of_text(raw, name), rules, outline=out.headings)
    out.read(done.source, done.parts, done.pieces())
    return out


def block(page: str) -> Any:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)
    assert found
    return json.loads(found[1])


def test_nothing_of_the_raw_text_is_markup(rules: Rules) -> None:
    made = reported(HOSTILE, rules, "<b>\"'&\u202e.txt")
    page = made.page()
    assert block(page) == json.loads(json.dumps(made.data()))
    empty = reported("", rules, "x").page()
    outside = re.sub(r'(id="data">).*?(</script>)|<title>.*?</title>', "", page, flags=re.S)
    assert outside == re.sub(r'(id="data">).*?(</script>)|<title>.*?</title>', "", empty, flags=re.S)
    title = re.search(r"<title>(.*?)</title>", page)
    assert title and title[1].startswith("&lt;b&gt;&quot;&#x27;&amp;&lt;U+202E&gt;.txt")
    within = re.search(r'id="data">(.*?)</script>', page, re.S)
    assert within and not re.search("[<>&\x00-\x1f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200e\u200f]", within[1])


def test_the_page_loads_and_sends_nothing(rules: Rules) -> None:
    page = report.PAGE.read_text(encoding="utf-8")
    assert "default-src 'none'" in page
    assert not re.search(
        r"""(src|href)\s*=\s*["'](?!#)|@import|url\(|fetch\(|XMLHttp|innerHTML|outerHTML|insertAdj""", page
    )


def test_what_is_shown_adds_up(rules: Rules) -> None:
    made = reported(SAMPLE.read_text(encoding="utf-8"), rules)
    data = made.data()
    assert sum(rule["count"] for rule in data["rules"]) == data["changes"]
    assert data["shown"] == sum(len(g["examples"]) for rule in data["rules"] for g in rule["groups"]) <= data["changes"]
    assert sum(n for _, n in data["lengths"]) == sum(data["scripts"].values()) == data["document_count"] == 9
    assert data["sites"] == [("fanwen.example.com", 1)]
    assert data["taken"] + data["refused"] == len(data["outline"])
    assert made.page() == reported(SAMPLE.read_text(encoding="utf-8"), rules).page()


def test_the_page_of_a_large_file_stays_small_and_says_what_it_leaves_out(rules: Rules) -> None:
    raw = SAMPLE.read_text(encoding="utf-8")
    made = reported("".join(raw.replace("图", str(n)).replace("圖", str(n)) for n in range(60)), rules)
    data = made.data()
    assert data["shown"] < data["changes"] / 10 and len(data["beside"]) == report.PARAGRAPHS
    assert len(made.page().encode()) < 1_500_000


@pytest.mark.parametrize(
    ("watermark", "site"),
    [
        ("【墨香书屋】www.ShuWu-abc.test", "shuwu-abc.test"),
        ("ｗｗｗ．ｓｈｕｗｕ．ｔｅｓｔ", "shuwu.test"),
        ("w w w . s h u w u . t e s t", "shuwu.test"),
        ("（本文由墨香书屋整理）", "本文由墨香书屋整理"),
        ("—— 3 ——", "unnamed"),
    ],
)
def test_a_watermark_names_its_site(watermark: str, site: str) -> None:
    assert report.site(watermark) == site


# --- in a browser --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    try:
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service
    except ImportError:
        chromium = None
    if not chromium or not driver:
        if os.environ.get("CLEANCORPUS_BROWSER") == "required":
            pytest.fail("CLEANCORPUS_BROWSER=required, but chromium, chromedriver or selenium is missing")
        pytest.skip("there is no chromium, chromedriver or selenium")
    wanted = webdriver.ChromeOptions()
    wanted.binary_location = chromium
    profile = tmp_path_factory.mktemp("profile")
    for argument in (
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
        "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage",
        f"--user-data-dir={profile}",
    ):  # fmt: skip
        wanted.add_argument(argument)
    wanted.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    opened = webdriver.Chrome(options=wanted, service=Service(driver))
    try:
        yield opened
    finally:
        opened.quit()


def ran(folder: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "cleancorpus", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def visible_rows(browser: Any) -> list[Any]:
    found: list[Any] = browser.execute_script(
        "return [...document.querySelectorAll('#list .one')].filter(row => row.offsetParent)"
    )
    return found


def click(browser: Any, element: Any) -> None:
    browser.execute_script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", element)
    element.click()


def test_rejected_in_the_page_is_left_alone_by_clean(browser: Any, tmp_path: Path) -> None:
    (tmp_path / "raw.txt").write_bytes(SAMPLE.read_bytes())
    ran(tmp_path, "diff", "raw.txt", "--report", "page.html")
    browser.set_window_size(1300, 900)
    browser.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(tmp_path)})
    browser.get((tmp_path / "page.html").as_uri())
    every = len(visible_rows(browser))
    assert not browser.find_element("id", "save").is_enabled()

    # Two rules by their buttons.
    rejected = {"headings/part", "spaces/gap-between-han"}
    for rule in rejected:
        click(browser, browser.find_element("css selector", f"#rule-{rule.replace('/', '-')} > header button.no"))

    # Search: only what holds the words is left; the first of it is rejected with the keyboard.
    search = browser.find_element("id", "search")
    search.send_keys("before-mark")
    (only,) = visible_rows(browser)
    places = [browser.execute_script("return arguments[0].subject", only)]
    browser.execute_script("document.activeElement.blur()")
    body = browser.find_element("tag name", "body")
    body.send_keys("j")
    browser.switch_to.active_element.send_keys("n")
    assert "rejected" in only.get_attribute("class")
    search.clear()
    search.send_keys(" ")
    search.send_keys("\b")
    assert len(visible_rows(browser)) == every

    # Two single changes by their buttons; one more is rejected and taken back.
    rows = browser.find_elements("css selector", "#rule-script-lazy-form .one, #rule-lines-word-straddles-break .one")
    for row in (rows[0], rows[-1]):
        click(browser, row.find_element("css selector", "button.no"))
        places.append(browser.execute_script("return arguments[0].subject", row))
    again = rows[1].find_element("css selector", "button.no")
    click(browser, again)
    click(browser, again)

    state = browser.find_element("id", "state")
    state.send_keys("Rejected")
    assert every > len(visible_rows(browser)) >= 5
    assert browser.find_element("id", "count").text == "5 rejected, 0 accepted"
    click(browser, browser.find_element("id", "save"))
    saved = tmp_path / "decisions.toml"
    until = time.monotonic() + 20
    while not saved.exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert len(decisions.read([saved])) == 5

    # Those places stay, all else comes out to the byte as before.
    raw = SAMPLE.read_text(encoding="utf-8")
    singles = {(one[1], one[2], group["before"]) for _, group, one in places}
    out, at, stayed = [], 0, 0
    for change in map(json.loads, ran(tmp_path, "diff", "raw.txt", "--view", "json").splitlines()):
        out.append(raw[at : change["start"]])
        at = change["end"]
        stays = rejected & set(change["rules"]) or (change["line"], change["col"], change["before"]) in singles
        stayed += bool(stays)
        out.append(change["before"] if stays else change["after"])
    assert stayed > 5
    assert ran(tmp_path, "clean", "raw.txt", "--decisions", "decisions.toml") == "".join([*out, raw[at:]])
    assert [line for line in browser.get_log("browser") if line["level"] == "SEVERE"] == []


def test_a_hostile_raw_text_does_nothing_in_the_page(browser: Any, tmp_path: Path) -> None:
    (tmp_path / "raw.txt").write_text(HOSTILE, encoding="utf-8")
    ran(tmp_path, "clean", "raw.txt", "-o", "clean.txt", "--report", "page.html")
    browser.get((tmp_path / "page.html").as_uri())
    assert browser.execute_script("return [window.taken, document.scripts.length, document.images.length]") == [
        None,
        2,
        0,
    ]
    text = browser.execute_script("return document.getElementById('pairs').textContent")
    assert "</title><svg onload=window.taken=4>" in text and "<U+202E>" in text and "{{data}}" in text
    assert not set("\u202e\u2066\u2028\x1b\u200f") & set(browser.execute_script("return document.body.innerText"))
    assert [line for line in browser.get_log("browser") if line["level"] == "SEVERE"] == []


@pytest.mark.parametrize("width", [400, 1400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_the_screen_and_follows_its_scheme(browser: Any, tmp_path: Path, width: int, scheme: str) -> None:
    (tmp_path / "raw.txt").write_bytes(SAMPLE.read_bytes())
    ran(tmp_path, "diff", "raw.txt", "--report", "page.html")
    screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
    feature = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": feature})
    browser.get((tmp_path / "page.html").as_uri())
    assert browser.execute_script("return document.documentElement.scrollWidth") <= width
    red = int(re.findall(r"\d+", browser.execute_script("return getComputedStyle(document.body).backgroundColor"))[0])
    assert (red < 80) == (scheme == "dark")
    assert len(browser.get_screenshot_as_png()) > 20_000
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
