"""A real Chromium without a screen, and a run over pages that mean harm."""

import json
import shutil

import pytest

from dvextract import run

ATTACK = "<img src=x onerror=\"window.harm='img'\"><script>window.harm='script'</script>"
HOSTILE = {
    f'"><script>window.harm="id"</script>{ATTACK}': f"</script><script>window.harm='title'</script> {ATTACK}\n\n"
    f"Ngày 8/7/2024, bà Hà Thị Miền {ATTACK} dự họp ở xã Pá Ngần.",
    "javascript:window.harm=1": "javascript:window.harm='url' ngày 9/7/2024 "
    "<a href=\"javascript:window.harm='a'\">bản</a>",
    "separators": "Ngày 10/7/2024\u2028họp\u2029bản \x01\x1b[31m {{7*7}} ${window.harm='t'} `+alert(1)+`",
    "directions": "Bản \u202eNgần Pá\u202c, ngày 11/7/2024, \u2066ông Lò Văn Pâng\u2069 <!-- ]]> --> &lt;b&gt; &amp;",
    "beyond": "👩‍👩‍👧 Ngày 12/7/2024, bà Hà Thị Miền 😀 phát biểu tại Hội nghị sơ kết ở xã Pá Ngần, tỉnh Sơn La.",
    "own": "<style>body{display:none}</style><svg onload=window.harm=2><base href=//a.vn><meta http-equiv=refresh "
    "content=0;url=//a.vn> ngày 13/7/2024 <iframe srcdoc='<script>parent.harm=3</script>'>",
}


@pytest.fixture(scope="session")
def hostile(tmp_path_factory):
    """The output folder of a run over `HOSTILE`."""
    folder = tmp_path_factory.mktemp("hostile")
    rows = (json.dumps({"id": i, "text": t}, ensure_ascii=False) for i, t in HOSTILE.items())
    (folder / "p.jsonl").write_text("\n".join(rows), encoding="utf-8")
    run(folder / "p.jsonl", folder / "out", id_column="id")
    return folder / "out"


@pytest.fixture(scope="session")
def chromium(tmp_path_factory):
    """A driver of Chromium that keeps a log of every request."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    binary = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    driver = shutil.which("chromedriver")
    if not binary or not driver:
        pytest.skip("Chromium and ChromeDriver are not installed")
    options = webdriver.ChromeOptions()
    options.binary_location = binary
    flags = "headless no-sandbox disable-gpu disable-quic no-first-run disable-background-networking"
    for flag in [*flags.split(), "disable-component-update", "disable-sync", "window-size=1400,900"]:
        options.add_argument(f"--{flag}")
    options.add_argument(f"--user-data-dir={tmp_path_factory.mktemp('profile')}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    yield browser
    browser.quit()


class Page:
    """The page in the browser."""

    def __init__(self, browser, path, fragment=""):
        self.browser = browser
        browser.get("about:blank")
        browser.get_log("browser"), browser.get_log("performance")
        browser.get((path if str(path).startswith("http") else path.as_uri()) + fragment)
        self.wait("document.documentElement.dataset.ready === 'true'")

    def js(self, script, *arguments):
        return self.browser.execute_script(script, *arguments)

    def wait(self, condition):
        from selenium.webdriver.support.ui import WebDriverWait

        WebDriverWait(self.browser, 20, 0.02).until(
            lambda b: b.execute_script(f"return Boolean({condition})"), condition
        )

    def one(self, selector):
        return self.browser.find_element("css selector", selector)

    def all(self, selector):
        return self.browser.find_elements("css selector", selector)

    def keys(self, *keys):
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.browser).send_keys(*keys).perform()

    def hover(self, element):
        from selenium.webdriver.common.action_chains import ActionChains

        ActionChains(self.browser).move_to_element(element).perform()

    def texts(self, selector):
        return self.js("return [...document.querySelectorAll(arguments[0])].map((n) => n.textContent)", selector)

    @property
    def shown(self):
        return self.js("return document.querySelector('article')?.getAttribute('aria-label')")

    def shows(self, doc_id):
        self.wait(f"document.querySelector('article')?.getAttribute('aria-label') === {json.dumps(doc_id)}")

    @property
    def position(self):
        return self.one("#position").text

    def requests(self):
        """Addresses of everything that was asked for since the page was opened."""
        log = [json.loads(entry["message"])["message"] for entry in self.browser.get_log("performance")]
        return {m["params"]["request"]["url"].split("#")[0] for m in log if m["method"] == "Network.requestWillBeSent"}

    def complaints(self):
        return [entry["message"] for entry in self.browser.get_log("browser")]


@pytest.fixture
def opened(chromium):
    """Open a file or address, with a fragment, and wait until it shows a page."""
    return lambda path, fragment="": Page(chromium, path, fragment)
