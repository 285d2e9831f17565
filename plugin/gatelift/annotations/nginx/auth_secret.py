"""The Secret that holds users and passwords."""

from __future__ import annotations

from gatelift.annotations.nginx._basic_auth import SOURCE, dormant, is_basic, secret_name
from gatelift.annotations.nginx._links import DENIED
from gatelift.annotations.nginx._secrets import NAME
from gatelift.annotations.unit import Case, Inert, Refused, Result, Translated, Unit, UnitContext, shown
from gatelift.config.decide import DecideOption
from gatelift.intent.base import Risk
from gatelift.intent.security import BasicAuth

OPTION = DecideOption(
    name="basicAuthSecret",
    doc="The Secret that holds the users' SHA-1 hashes under the key .htpasswd; {secret} stands for the old name.",
    pattern=r"^[a-z0-9.-]{0,60}\{secret\}[a-z0-9.-]{0,60}$",
)
KEY = ".htpasswd"


def read(value: str, context: UnitContext) -> Result:
    """The Secret to use instead, which only the operator can make: a hash cannot be turned into another."""
    if (asleep := dormant(context)) is not None:
        return asleep
    old = secret_name(value, context)
    if isinstance(old, Refused):
        return old
    if not is_basic(context):
        return Refused("it belongs to auth-type, which is refused", "see auth-type")
    if (broken := _broken(old, context)) is not None:
        return broken
    template = context.decide.get(OPTION.name)
    return _undecided(old, context) if template is None else _decided(old, template.replace("{secret}", old), context)


def _broken(old: str, context: UnitContext) -> Refused | None:
    kind = (context.value("auth-secret-type") or "auth-file").strip()
    keys = _keys(old, context)
    if kind != "auth-file" or not keys or "auth" in keys or KEY in keys:
        return None
    return Refused(f"the Secret {old} has no key auth, so {DENIED}", "put the htpasswd file under the key auth first")


def _undecided(old: str, context: UnitContext) -> Refused:
    new = f"{old}-htpasswd"
    namespace = f" --namespace {context.ingress.ref.namespace}" if context.ingress.ref.namespace else ""
    return Refused(
        f"Envoy Gateway reads passwords from the key {KEY} of a Secret, as SHA-1 hashes only; "
        f"the Secret {old} is made for nginx, and one hash cannot be turned into another",
        f"for every user run `htpasswd -s {KEY} USER` (the first time with -c), then `kubectl create secret generic "
        f"{new}{namespace} --from-file={KEY}={KEY}`, and set decide: {{{OPTION.name}: '{{secret}}-htpasswd'}}",
    )


def _decided(old: str, new: str, context: UnitContext) -> Result:
    if not NAME.fullmatch(new):
        why = f"decide.{OPTION.name} makes {shown(new)} of {old}, which is no name for a Secret"
        return Refused(why, f"change decide.{OPTION.name}")
    keys = _keys(new, context)
    if keys and KEY not in keys:
        return Refused(f"the Secret {new} has no key {KEY}", f"put the users' SHA-1 hashes under the key {KEY}")
    differs = f"users and passwords come from the Secret {new}, which must hold SHA-1 hashes under {KEY}"
    return Translated((BasicAuth(secret=new),), differs=differs)


def _keys(name: str, context: UnitContext) -> frozenset[str]:
    return context.secrets.get(f"{context.ingress.ref.namespace}/{name}", frozenset())


BASIC = {"auth-type": "basic"}
DECIDED = {"basicAuthSecret": "{secret}-htpasswd"}

unit = Unit(
    names=("auth-secret",),
    risk=Risk.SECURITY,
    read=read,
    decide=(OPTION,),
    summary="The Secret that holds users and passwords",
    source=SOURCE,
    cases=(
        Case(
            value="users",
            siblings=BASIC,
            decide=DECIDED,
            expect=Translated((BasicAuth(secret="users-htpasswd"),), differs="users-htpasswd"),  # noqa: S106 - a name
        ),
        Case(
            value="shop/users",
            siblings=BASIC,
            decide={"basicAuthSecret": "{secret}"},
            secrets={"shop/users": frozenset({"auth", ".htpasswd"})},
            expect=Translated((BasicAuth(secret="users"),), differs="SHA-1"),  # noqa: S106 - a name
        ),
        Case(value="users", siblings=BASIC, expect=Refused("Secret users is made for nginx", "htpasswd")),
        Case(
            value="users",
            siblings=BASIC,
            decide=DECIDED,
            secrets={"shop/users-htpasswd": frozenset({"auth"})},
            expect=Refused("has no key .htpasswd", "put"),
        ),
        Case(
            value="users",
            siblings=BASIC,
            decide=DECIDED,
            secrets={"shop/users": frozenset({"htpasswd"})},
            expect=Refused("no key auth", "put"),
        ),
        Case(value="x" * 250, siblings=BASIC, decide=DECIDED, expect=Refused("no name for a Secret", "change")),
        Case(value="infra/users", siblings=BASIC, decide=DECIDED, expect=Refused("503", "copy")),
        Case(
            value="infra/users",
            siblings=BASIC,
            decide=DECIDED,
            controller={"allow-cross-namespace-resources": "true"},
            expect=Refused("may not read", "copy"),
        ),
        Case(value="a/b/c", siblings=BASIC, expect=Refused("names no Secret", "of the same namespace")),
        Case(value="users", siblings={"auth-type": "digest"}, expect=Refused("auth-type", "see")),
        Case(value="users", expect=Inert("auth-type")),
    ),
)
