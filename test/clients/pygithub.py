"""What a script of somebody's does with PyGithub: argv has the API's address and a part, the environment the token."""

import os
import sys

from github import Github, GithubException

api_url, part = sys.argv[1:]
hub = Github(base_url=api_url, login_or_token=os.environ["TOKEN"], per_page=1)
repo = hub.get_repo("octo/docs")


def deployments():
    made = repo.create_deployment("main", environment="qa", required_contexts=[], payload={"a": 1})
    repo.create_deployment("main", environment="prod", required_contexts=[])
    status = made.create_status("success", description="Done", environment_url="https://example.com")
    assert made.get_status(status.id).state == "success"
    assert [one.state for one in made.get_statuses()] == ["success"]
    assert repo.get_deployment(made.id).payload == {"a": 1}
    assert [one.environment for one in repo.get_deployments()] == ["prod", "qa"]
    assert [one.id for one in repo.get_deployments(environment="qa")] == [made.id]


def keys():
    key = repo.create_key("agent", os.environ["PUBLIC_KEY"], read_only=True)
    assert repo.get_key(key.id).read_only
    key.delete()
    assert list(repo.get_keys()) == []


def environments():
    # This release has no words of its own for environments; its transport has.
    path = repo.url + "/environments"
    _, made = repo._requester.requestJsonAndCheck("PUT", path + "/qa", input={"wait_timer": 5})
    assert made["protection_rules"][0]["wait_timer"] == 5
    _, listed = repo._requester.requestJsonAndCheck("GET", path)
    assert [one["name"] for one in listed["environments"]] == ["qa"]


def hooks():
    config = {"url": "https://example.com/hook", "content_type": "json", "secret": "hunter2"}
    hook = repo.create_hook("web", config, ["deployment"], active=True)
    hook.edit("web", config, add_events=["push"])
    assert repo.get_hook(hook.id).events == ["deployment", "push"]
    hook.delete()
    assert list(repo.get_hooks()) == []


def secrets():
    assert repo.create_secret("DATABASE_URL", "postgres://hidden")
    assert repo.delete_secret("DATABASE_URL")


def statuses():
    head = repo.get_commit("main")
    head.create_status("success", context="ci")
    assert head.get_combined_status().state == "success"


def refusals():
    try:
        repo.create_deployment("gone")
    except GithubException as refused:
        assert refused.status == 422, refused
        assert refused.data["message"] == "No ref found for: gone", refused
    else:
        raise AssertionError("It was not refused")


globals()[part]()
