from __future__ import annotations

import contextlib
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadgen import addresses, words
from loadgen.errors import UnreachableError, UsageError
from loadgen.plan import PROFILES, Target, in_flight_for
from loadgen.schedule import Bursts, Steady
from loadgen.settings import Mistakes, read_targets


@pytest.mark.parametrize(
    ("parse", "word", "value"),
    [
        (words.rate, "50", Steady(Fraction(50))),
        (words.rate, 0.1, Steady(Fraction(1, 10))),
        (words.period, "300", 300),
        (words.period, "5m", 300),
        (words.period, "1.5h", 5400),
        (words.period, "250ms", Fraction(1, 4)),
        (words.duration, "forever", None),
        (words.think, "500ms-3s", (0.5, 3.0)),
        (words.percent, "5%", 5),
        (words.weights, "search=40,health=60", {"health": 60, "search": 40}),
        (words.weights, {"products": 100, "search": 0}, {"products": 100}),
        (words.address, "https://[::1]:8443/", "https://[::1]:8443"),
        (words.arrivals, "poisson", "poisson"),
    ],
    ids=str,
)
def test_words_are_read(parse, word, value):
    assert parse(word) == value


@pytest.mark.parametrize(
    ("parse", "word", "complaint"),
    [
        (words.rate, "0", "more than 0"),
        (words.rate, "20-5", "the least first"),
        (words.rate, "-5", "such as 50"),
        (words.rate, "fast", "such as 50"),
        (words.period, "0s", "such as 300"),
        (words.period, "5 minutes", "such as 300"),
        (words.duration, "0", "until it is stopped: forever"),
        (words.think, "5", "bounds such as"),
        (words.think, "5-2", "2-5"),
        (words.percent, "0.05", "whole percent"),
        (words.percent, "101%", "whole percent"),
        (words.weights, "health=40", "add up to 40"),
        (words.weights, "health=50,orders=50,health=0", "twice"),
        (words.weights, "health=50,order=50", "did you mean 'orders'?"),
        (words.weights, "health", "such as health=40"),
        (words.address, "localhost:8081", "http://HOST:PORT"),
        (words.address, "http://host/path", "http://HOST:PORT"),
        (words.address, "http://host:99999", "http://HOST:PORT"),
        (words.address, "http://user@host", "http://HOST:PORT"),
        (words.address, "", "http://HOST:PORT"),
        (words.arrivals, "poison", "did you mean 'poisson'?"),
        (words.profile, "stage", "there is dev, prod, qa"),
        (words.whole_number, "²", "whole number"),
    ],
    ids=str,
)
def test_other_words_are_refused_with_what_was_expected(parse, word, complaint):
    with pytest.raises(UsageError) as refused:
        parse(word)
    assert complaint in str(refused.value)


def test_a_rate_with_two_bounds_is_bursts_of_dev():
    assert words.rate("5-20") == PROFILES["dev"].pace


@given(st.text(max_size=30))
def test_no_word_at_all_makes_a_reader_fail_otherwise(word):
    for parse in (
        *(words.rate, words.duration, words.think, words.percent, words.weights),
        *(words.address, words.arrivals, words.profile, words.whole_number),
    ):
        with contextlib.suppress(UsageError):
            parse(word)


def read(tmp_path, text):
    path = tmp_path / "targets.yml"
    path.write_text(text)
    mistakes = Mistakes()
    return read_targets(path, mistakes), mistakes.found


def test_a_targets_file_gives_each_environment_its_own_traffic(tmp_path):
    targets, mistakes = read(
        tmp_path,
        "prod: http://localhost:8081\n"
        "line-2: {url: 'http://localhost:8082', profile: dev, arrivals: poisson, malformed: 5%}\n"
        "qa: {url: 'http://localhost:8083', rate: 7.5, weights: {search: 100}, max_in_flight: 3}\n",
    )
    assert not mistakes
    prod, line, qa = targets
    assert prod == Target("prod", "http://localhost:8081", PROFILES["prod"], 200)
    assert isinstance(line.profile.pace, Bursts)
    assert (line.profile.arrivals, line.profile.mix.malformed) == ("poisson", 5)
    assert qa.profile.pace == Steady(Fraction(15, 2))
    assert (qa.profile.mix.weights, qa.max_in_flight) == ({"search": 100}, 3)


def test_all_mistakes_of_a_targets_file_are_told_at_once(tmp_path):
    _, mistakes = read(
        tmp_path,
        "prod: {ulr: 'http://localhost:8081', rate: quick}\n"
        "'q a': {url: 'http://localhost:8083', arivals: poisson, malformed: 90%}\n",
    )
    told = "\n".join(mistakes)
    for complaint in (
        "prod: no key 'ulr'; did you mean 'url'?",
        "prod: url: expected http://",
        "prod: rate: expected requests a second",
        "no key 'arivals'; did you mean 'arrivals'?",
        "at most 60%, not 90%",
        "not 'q a'",
    ):
        assert complaint in told


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("prod: http://a\nprod: http://b\n", "'prod' is there twice"),
        ("prod: {url: http://a, url: http://b}\n", "'url' is there twice"),
        ("- http://a\n", "expected environments"),
        ("", "expected environments"),
        ("prod: [", "expected"),
        ("prod: !!python/object/apply:os.abort []", "could not determine a constructor"),
    ],
)
def test_a_targets_file_that_is_none_is_refused(tmp_path, text, complaint):
    with pytest.raises(UsageError) as refused:
        read(tmp_path, text)
    assert complaint in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_small_rate_may_still_wait_for_a_hundred_answers():
    assert in_flight_for(Steady(Fraction(1))) == 100
    assert in_flight_for(Steady(Fraction(50))) == 200
    assert in_flight_for(words.rate("5-200")) == 800


@pytest.mark.parametrize(
    ("address", "private"),
    [
        ("127.0.0.1", True),
        ("10.255.0.1", True),
        ("172.31.0.1", True),
        ("172.32.0.1", False),
        ("192.168.56.21", True),
        ("169.254.1.1", True),
        ("::1", True),
        ("fd00::1", True),
        ("fe80::1%eth0", True),
        ("::ffff:192.168.1.1", True),
        ("::ffff:8.8.8.8", False),
        ("8.8.8.8", False),
        ("2606:4700::1111", False),
        ("0.0.0.0", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
    ],
)
def test_private_is_loopback_link_local_and_what_sites_use_inside(address, private):
    assert addresses.is_private(address) is private


def target(url):
    return Target("prod", url, PROFILES["prod"], 100)


def test_a_public_target_is_refused_and_the_way_out_is_named():
    with pytest.raises(UsageError) as refused:
        addresses.resolve([target("http://8.8.8.8:80")], owned=False)
    assert "8.8.8.8, which is not a private address" in str(refused.value)
    assert "--i-own-this-target" in refused.value.hint


def test_a_public_target_is_taken_from_its_owner():
    found = addresses.resolve([target("http://8.8.8.8:80")], owned=True)
    assert found == {"prod": ["8.8.8.8"]}


def test_a_name_without_an_address_is_unreachable():
    with pytest.raises(UnreachableError, match=r"there is no address for nowhere\.invalid"):
        addresses.resolve([target("http://nowhere.invalid")], owned=False)
