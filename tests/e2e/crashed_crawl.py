"""A crawl that was crashed half way, for the tests of what is left then."""

import signal

import harness
from archive_test import settings_of

PAGES = 300
HOSTS = 4


def make_web(test):
    """A directory and a web, which end with the class of tests."""
    directory = harness.workspace_of(test)
    web = harness.TestWeb(directory / "web", "--synthetic", "--pages", str(PAGES), "--hosts",
                          str(HOSTS), "--body-bytes", "12000")
    test.addClassCleanup(web.end)
    return directory, web


def is_writing(state):
    """One file each; none is being sealed."""
    return all(len(list((state / name).glob("*.open"))) == 1 for name in ("archive", "pages"))


def crash(directory, web, shares, **archive):
    """Crashed at each of these shares of the pages, in a directory that is made."""
    directory.mkdir()
    settings = settings_of(directory, web, **archive)
    settings["politeness"]["host"]["windows"] = ["5/100ms"]  # so that it is half way
    before = web.asked_for()
    for share in shares:
        crash_at(directory, settings, lambda: web.asked_for() >= before + share * PAGES)
        while not is_writing(directory / "state"):
            crash_at(directory, settings, lambda: True)


def crash_at(directory, settings, reached):
    with harness.Crawler(directory, settings, "--until-idle") as crawler:
        harness.wait_for(lambda: reached() and is_writing(directory / "state") or
                         crawler.poll() is not None, 60, "the place to crash at")
        assert crawler.poll() is None, crawler.stderr()
        crawler.signal(signal.SIGKILL)
        crawler.wait(10)
