from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from simonsync.config.file import Glimpse, find, glimpse, load
from simonsync.config.schema import BY_PATH, OPTIONS, SETTINGS_KEY, Configuration
from simonsync.domain.key import Kind
from simonsync.errors import ExitCode, UsageError
from simonsync.messages.render import Language, sentence
from simonsync.settings.declaration import ProductChoice, Settings
from tests.config.files import SMALLEST, loaded, problems, told, written

EXAMPLE = Path(__file__).parents[2] / "config.example.yaml"


def value_at(configuration: Configuration, path: str) -> object:
    value: object = configuration
    for name in path.split("."):
        value = getattr(value, name)
    return value


def test_a_file_with_nothing_but_simons_address_has_all_defaults(tmp_path: Path) -> None:
    configuration = loaded(tmp_path, SMALLEST)
    for option in OPTIONS:
        if option.path not in {"simon.url", "state"}:
            assert value_at(configuration, option.path) == option.default, option.path
    assert configuration.simon.url == "https://simon.example/api/"
    assert configuration.settings == Settings()
    assert configuration.zone == ZoneInfo("Europe/Paris")


def test_the_values_have_the_keys_of_the_declaration() -> None:
    hints = Configuration.__annotations__
    declared = {option.path.partition(".")[0] for option in OPTIONS} | {SETTINGS_KEY, "file"}
    assert set(hints) == declared


def test_the_example_file_is_accepted_once_simons_address_is_filled_in(tmp_path: Path) -> None:
    text = EXAMPLE.read_text("utf-8")
    assert told(tmp_path, text) == [("config-value-missing", "config.yaml:16 simon.url")]
    filled = text.replace('url: ""', "url: https://simon.example/")
    assert loaded(tmp_path, filled).settings == Settings()


def test_every_value_can_be_given(tmp_path: Path) -> None:
    configuration = loaded(
        tmp_path,
        """\
account: Dupont_2.fr-1
language: nl
timezone: Europe/Brussels
state: elsewhere
sellsy: {api: v2, url: "https://api.sellsy.com/v2/", requests_per_second: 0.5, timeout: 12.5}
simon:
  url: http://127.0.0.1:8080/
  dialect: rest
  profile: names/simon.yaml
  workers: 8
  requests_per_second: 3
  timeout: 1
sync: {scan_requests_per_cycle: 10, time_budget: 60, unknown_wait_minutes: 15.5, consistency_wait_seconds: 0}
cleanup: {schedule: "Mon,Thu 03:00", max_deletions: 0, max_percent: 2.5}
alerts:
  ping_url: https://ping.example/x
  metrics_file: /var/lib/metrics.prom
  notify: ["mailto://office", "json://host"]
  customer_names: yes
journal: {keep_information_days: 30}
backup: {keep: 3}
insecure_http: false
settings:
  work_time_product: service:SER001
  skip_work_orders_containing: 0042
  quote_statuses: [accepted]
""",
    )
    assert configuration.account == "Dupont_2.fr-1"
    assert configuration.language is Language.NL
    assert configuration.state == tmp_path / "elsewhere"
    assert configuration.database == tmp_path / "elsewhere" / "Dupont_2.fr-1.db"
    assert configuration.lock == tmp_path / "elsewhere" / "Dupont_2.fr-1.lock"
    assert configuration.sellsy.requests_per_second == 0.5
    assert configuration.simon.profile == tmp_path / "names/simon.yaml"
    assert configuration.sync.unknown_wait_minutes == 15.5
    assert configuration.alerts.notify == ("mailto://office", "json://host")
    assert configuration.alerts.customer_names is True
    assert configuration.alerts.metrics_file == Path("/var/lib/metrics.prom")
    assert configuration.settings.work_time_product == ProductChoice(Kind.SERVICE, "SER001")
    # A number keeps the zeros that somebody wrote.
    assert configuration.settings.skip_work_orders_containing == "0042"
    assert configuration.settings.quote_statuses == ("accepted",)


def test_a_whole_number_has_no_decimals_however_it_was_written(tmp_path: Path) -> None:
    assert str(loaded(tmp_path, SMALLEST + "sellsy: {timeout: 30.0}\n").sellsy.timeout) == "30"


def test_relative_paths_start_at_the_files_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    firm = tmp_path / "firm"
    firm.mkdir()
    written(firm, SMALLEST)
    monkeypatch.chdir(tmp_path)
    assert load(Path("firm/config.yaml")).state == firm / "state"


def test_a_link_in_the_place_of_a_file_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "metrics.prom").symlink_to(tmp_path / "precious")
    (tmp_path / "data").mkdir()
    (tmp_path / "state").symlink_to(tmp_path / "data")
    configuration = loaded(tmp_path, SMALLEST + "alerts: {metrics_file: ./metrics.prom}\n")
    assert configuration.alerts.metrics_file == tmp_path / "metrics.prom"
    # The state may lie on another disk.
    assert configuration.state == tmp_path / "data"


def test_an_account_named_on_the_command_line_wins_and_is_checked(tmp_path: Path) -> None:
    path = written(tmp_path, SMALLEST + "account: first\n")
    assert load(path, account="second").account == "second"
    with pytest.raises(UsageError) as caught:
        load(path, account="../second")
    assert caught.value.code == "config-account-name"


def test_all_problems_are_told_at_once_each_with_its_place(tmp_path: Path) -> None:
    text = """\
accuont: x
language: de
sellsy:
  timout: 5
  timeout: soon
simon:
  workers: 1.5
cleanup:
  max_percent: 101
settings:
  invoice_note: everything
  quote_steps: [sent]
"""
    assert told(tmp_path, text) == [
        ("config-unknown-key-near", "config.yaml:1 accuont"),
        ("config-unknown-key-near", "config.yaml:4 sellsy.timout"),
        ("config-value-not-allowed", "config.yaml:2 language"),
        ("config-number-due", "config.yaml:5 sellsy.timeout"),
        ("config-value-missing", "config.yaml simon.url"),
        ("config-whole-number-due", "config.yaml:7 simon.workers"),
        ("config-number-due", "config.yaml:9 cleanup.max_percent"),
        ("setting-not-allowed", "config.yaml:11 settings.invoice_note"),
        ("config-unknown-key-near", "config.yaml:12 settings.quote_steps"),
    ]


@pytest.mark.parametrize(
    ("wrong", "nearest"),
    [
        ("accuont: x", "account"),
        ("sellsi: {}", "sellsy"),
        ("sellsy: {urll: x}", "sellsy.url"),
        ("max_deletions: 3", "cleanup.max_deletions"),
        ("sellsy: {dialect: rest}", "simon.dialect"),
        ("seting: {}", "settings"),
    ],
)
def test_an_unknown_key_is_told_with_the_nearest_one(tmp_path: Path, wrong: str, nearest: str) -> None:
    found = problems(tmp_path, SMALLEST + wrong)
    assert [(problem.code, problem.params["nearest"]) for problem in found] == [
        ("config-unknown-key-near", nearest)
    ]


def test_an_unknown_key_that_resembles_nothing_is_told_with_all_that_stand_beside_it(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, SMALLEST + "backup: {zzz: 1}")
    assert (found.code, found.params["allowed"]) == ("config-unknown-key", "backup.keep")


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("account: yes", "config-quote-it"),
        ("language: no", "config-quote-it"),
        ("timezone: on", "config-quote-it"),
        ("account: a/b", "config-account-name"),
        ("account: ..", "config-account-name"),
        ("account: ''", "config-value-missing"),
        ("account: [a]", "config-single-value-due"),
        ("account: {a: b}", "config-single-value-due"),
        ("timezone: Europe/Pariss", "config-zone-unknown"),
        ("timezone: ../../etc/passwd", "config-zone-unknown"),
        ("timezone: Europe", "config-zone-unknown"),
        ("sellsy: v1", "config-section-due"),
        ("settings: yes", "config-section-due"),
        ("settings: {skip_work_orders_containing: no}", "setting-quote-it"),
        ("sellsy: {timeout: yes}", "config-number-due"),
        ("sellsy: {timeout: nan}", "config-number-due"),
        ("sellsy: {timeout: inf}", "config-number-due"),
        ("sellsy: {timeout: 1_0}", "config-number-due"),
        ("sellsy: {timeout: -1}", "config-number-due"),
        ("sellsy: {requests_per_second: 0}", "config-number-due"),
        ("backup: {keep: 0}", "config-whole-number-due"),
        ("backup: {keep: 1e3}", "config-whole-number-due"),
        ("insecure_http: maybe", "config-value-not-allowed"),
        ("insecure_http: [true]", "config-single-value-due"),
        ("alerts: {notify: [no]}", "config-texts-due"),
        ("alerts: {notify: [{a: b}]}", "config-texts-due"),
        ('cleanup: {schedule: "a\\nb"}', "config-one-line-due"),
        ("sellsy: {document_url: 'https://sellsy.example/invoice'}", "config-id-due"),
        ("state: ~nobody-of-this-name/state", "config-path-due"),
        ('alerts: {metrics_file: "a\\0b"}', "config-path-due"),
        ("sellsy: {url: apifeed.sellsy.com}", "config-url-due"),
        ("sellsy: {url: ftp://apifeed.sellsy.com/}", "config-url-due"),
        ("sellsy: {url: 'https://'}", "config-url-due"),
        ("sellsy: {url: 'https://a b/'}", "config-url-due"),
        ("sellsy: {url: 'https://host:99999/'}", "config-url-due"),
        ("sellsy: {url: http://apifeed.sellsy.com/0/}", "config-url-insecure"),
        ("sellsy: {url: http://localhost.evil.example/}", "config-url-insecure"),
        ("alerts: {ping_url: http://ping.example/}", "config-url-insecure"),
        ("sellsy: {url: https://me:secret@host/}", "config-url-with-login"),
        ("sellsy: {consumer_token: x}", "config-credential-in-file"),
        ("simon_password: x", "config-credential-in-file"),
        ("zzz: x", "config-unknown-key"),
        ("? [a, b]\n: c", "config-key-not-text"),
        ("backup: &a {keep: 1}\njournal: *a", "config-alias"),
        ("account: a\naccount: b", "config-key-twice"),
    ],
)
def test_a_wrong_value_has_its_own_sentence(tmp_path: Path, line: str, code: str) -> None:
    text = "simon: {url: https://simon.example/}\n" + line
    found = problems(tmp_path, text)
    assert [problem.code for problem in found] == [code]
    for language in Language:
        told_to_people = sentence(found[0], language)
        assert "secret" not in told_to_people
        # Every parameter that the sentence names was given.
        assert code not in told_to_people
        assert "–" not in told_to_people


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:5/", "http://localhost/", "http://[::1]:8/", "http://127.8.0.1/"]
)
def test_plain_http_is_allowed_to_this_machine(tmp_path: Path, url: str) -> None:
    assert loaded(tmp_path, f"simon: {{url: '{url}'}}").simon.url == url


def test_plain_http_beyond_this_machine_must_be_asked_for(tmp_path: Path) -> None:
    text = "simon: {url: http://simon.lan/}\n"
    assert told(tmp_path, text) == [("config-url-insecure", "config.yaml:1 simon.url")]
    assert loaded(tmp_path, text + "insecure_http: true\n").insecure_http


def test_a_login_in_a_broken_address_is_not_shown(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "simon: {url: 'htps://me:hunter2@host/'}")
    assert "hunter2" not in str(found)


def test_a_syntax_error_is_told_with_line_and_column(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "account: a\nsimon:\n  url: https://x/\n bad: [\n")
    assert found.code == "config-syntax"
    assert (found.params["line"], found.params["column"]) == ("4", "2")
    assert found.params["path"] == str(tmp_path / "config.yaml")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("- a\n", "config-not-a-mapping"),
        ("just text", "config-not-a-mapping"),
        ("account: a\x07\n", "config-characters"),
        ("account: a\n---\naccount: b\n", "config-syntax"),
        ("", "config-value-missing"),
        ("# nothing\n", "config-value-missing"),
        ("~", "config-value-missing"),
    ],
)
def test_a_file_that_is_no_configuration_is_told_apart(tmp_path: Path, content: str, code: str) -> None:
    assert [problem.code for problem in problems(tmp_path, content)] == [code]


def test_a_file_in_another_encoding_is_refused_with_the_remedy(tmp_path: Path) -> None:
    path = tmp_path / "config.yaml"
    path.write_bytes("account: café".encode("latin-1"))
    with pytest.raises(UsageError) as caught:
        load(path)
    assert (caught.value.code, caught.value.problems[0].params["position"]) == ("config-not-utf8", "12")


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    configuration = loaded(tmp_path, "\ufeff" + (SMALLEST + "account: firm\n").replace("\n", "\r\n"))
    assert configuration.account == "firm"


def test_an_alias_bomb_is_refused_before_it_unfolds(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 12))]
    assert "config-alias" in [problem.code for problem in problems(tmp_path, "\n".join(lines))]


def test_problems_end_in_the_exit_code_of_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        loaded(tmp_path, "")
    assert caught.value.exit_code is ExitCode.USAGE


def test_the_file_is_looked_for_in_a_fixed_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    own = tmp_path / "xdg" / "simonsync" / "config.yaml"
    here = tmp_path / "work" / "config.yaml"
    variable, option = tmp_path / "variable.yaml", tmp_path / "option.yaml"
    for path in (own, here, variable, option):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    folder, environ = here.parent, {"SIMONSYNC_CONFIG": str(variable)}
    assert find(option, environ, folder) == option
    assert find(None, environ, folder) == variable
    assert find(None, {}, folder) == here
    here.unlink()
    assert find(None, {"SIMONSYNC_CONFIG": ""}, folder) == own
    own.unlink()
    with pytest.raises(UsageError) as caught:
        find(None, {}, folder)
    assert caught.value.code == "config-not-found"
    assert caught.value.problems[0].params["here"] == str(here)


@pytest.mark.parametrize("environ", [{}, {"SIMONSYNC_CONFIG": "other.yaml"}])
def test_a_file_that_was_named_must_exist(tmp_path: Path, environ: dict[str, str]) -> None:
    written(tmp_path, SMALLEST)
    with pytest.raises(UsageError) as caught:
        find(None if environ else Path("other.yaml"), environ, tmp_path)
    assert caught.value.problems[0].params == {"path": str(tmp_path / "other.yaml")}


def test_a_glimpse_tells_account_and_language_of_a_file_with_errors(tmp_path: Path) -> None:
    path = written(tmp_path, "account: firm\nlanguage: nl\nbogus: 1\n")
    assert glimpse(path) == Glimpse("firm", Language.NL)
    assert glimpse(written(tmp_path, "bogus: 1\n")) == Glimpse("default", Language.FR)
    assert glimpse(written(tmp_path, "account: a/b\nlanguage: de\n")) == Glimpse()
    assert glimpse(written(tmp_path, "account: [\n")) == Glimpse()
    assert glimpse(tmp_path / "nowhere.yaml") == Glimpse()


def test_files_are_read_without_the_parser_in_c_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = SMALLEST + "account: firm\nsettings:\n  quote_statuses: [draft]\n"
    fast = loaded(tmp_path, text)
    monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    assert loaded(tmp_path, text) == fast


def test_every_key_says_what_it_is_for() -> None:
    assert all(option.help for option in OPTIONS)
    assert len(BY_PATH) == len(OPTIONS)
