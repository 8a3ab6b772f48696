import json
from pathlib import Path

import pytest
from pydantic import SecretStr

from assistant.errors import BadSettings
from assistant.settings import (
    REMOVED,
    RENAMED,
    ModelOptions,
    Settings,
    changed_settings,
    describe_settings,
    load_settings,
)


def test_settings_another_process_of_ours_gets_the_same_settings_with_their_secrets(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ASSISTANT_MODEL__API_KEY", "sk-secret")
    monkeypatch.setenv("ASSISTANT_JUDGE__API_KEY", "sk-secret")
    monkeypatch.setenv("ASSISTANT_EVALUATING__API_KEY", "sk-secret")
    monkeypatch.setenv("ASSISTANT_RETRIEVAL__CHROMA_HEADER", "Authorization: sk-secret")
    settings = load_settings()
    handed_on = Settings(**json.loads(json.dumps(settings.with_secrets())))
    assert handed_on == settings
    for key in (handed_on.model.api_key, handed_on.judge.api_key, handed_on.evaluating.api_key):
        assert key is not None
        assert key.get_secret_value() == "sk-secret"
    assert "sk-secret" not in f"{settings!r} {settings.model_dump_json()}"


def test_setting_comes_from_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_DATA", "/somewhere")
    monkeypatch.setenv("ASSISTANT_RETRIEVAL__DENSE_WEIGHT", "0.25")
    settings = load_settings()
    assert (settings.data, settings.retrieval.dense_weight) == (Path("/somewhere"), 0.25)


def test_settings_an_override_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("ASSISTANT_DATA", "/somewhere")
    assert load_settings(data=tmp_path).data == tmp_path


def test_settings_a_misspelt_setting_is_refused_with_the_nearest_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_RETRIEVAL__DENSE_WIEGHT", "0.25")
    with pytest.raises(BadSettings, match="did you mean ASSISTANT_RETRIEVAL__DENSE_WEIGHT"):
        load_settings()


@pytest.mark.parametrize(("old", "new"), RENAMED.items())
def test_settings_load_settings_refuses_a_renamed_setting_with_its_new_name(
    monkeypatch: pytest.MonkeyPatch, old: str, new: str
) -> None:
    monkeypatch.setenv(old, "1")
    with pytest.raises(BadSettings, match=f"^{old} is now {new}\\.$"):
        load_settings()


def test_settings_renamed_settings_lead_to_settings_that_exist() -> None:
    known = {setting.variable for setting in describe_settings()}
    assert known.issuperset(RENAMED.values())
    assert known.isdisjoint(RENAMED)


def test_settings_load_settings_refuses_a_removed_setting_and_says_what_holds_instead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ASSISTANT_LOAD__MOST_WAITING", "128")
    with pytest.raises(
        BadSettings, match=r"^There is no setting ASSISTANT_LOAD__MOST_WAITING any more: .*WAIT_SECONDS"
    ):
        load_settings()
    assert {setting.variable for setting in describe_settings()}.isdisjoint(REMOVED)


def test_settings_a_wrong_value_is_refused_by_the_name_of_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_SERVING__PORT", "99999999")
    with pytest.raises(BadSettings, match="ASSISTANT_SERVING__PORT has a wrong value"):
        load_settings()


def test_settings_an_address_of_no_database_is_refused_in_our_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_DATA", "mysql://db/news")
    with pytest.raises(BadSettings, match=r"^ASSISTANT_DATA has a wrong value: it is a folder, or an address"):
        load_settings()


def test_settings_every_setting_is_described() -> None:
    undescribed = [setting.variable for setting in describe_settings() if not (setting.description and setting.why)]
    assert undescribed == []


def test_settings_an_empty_variable_is_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_DATA", "")
    assert load_settings().data == Path("data")


def test_changed_settings_leave_out_defaults_and_secrets() -> None:
    model = ModelOptions(api_key=SecretStr("sk-secret"), base_url="http://me:secret@models.example/v1?key=secret")
    settings = Settings(data=Path("elsewhere"), model=model)

    assert changed_settings(settings) == {
        "ASSISTANT_DATA": "elsewhere",
        "ASSISTANT_MODEL__API_KEY": "set",
        "ASSISTANT_MODEL__BASE_URL": "http://models.example/v1",
    }


def test_changed_settings_name_a_database_without_its_password() -> None:
    settings = Settings(**{"data": "postgresql://me:secret@db.example/articles?password=secret"})

    assert changed_settings(settings) == {"ASSISTANT_DATA": "database articles on db.example"}


def test_settings_limits_are_told_in_words() -> None:
    limits = {setting.variable: setting.limits for setting in describe_settings()}

    assert limits["ASSISTANT_RETRIEVAL__DENSE_WEIGHT"] == "0 to 1"
    assert limits["ASSISTANT_SERVING__MAX_CONNECTIONS"] == "16 to 60,000"
    assert limits["ASSISTANT_INGESTING__MAX_BODY_BYTES"] == "at least 1,024"
    assert limits["ASSISTANT_SOURCES__REFRESH_HOURS"] == "above 0, up to 8,760"
    assert limits["ASSISTANT_DATA"] == ""
