"""The settings under test: the same register, with quick password hashes and every query counted."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 50)
os.environ.setdefault("BEHIND_TLS", "off")
os.environ.setdefault("LOG_LEVEL", "WARNING")

from sharedservices.settings import *  # noqa: F403

INSTALLED_APPS += ["zeal"]  # noqa: F405
MIDDLEWARE = ["zeal.middleware.zeal_middleware", *MIDDLEWARE]  # noqa: F405
ZEAL_RAISE = True

ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405

# Tests say for themselves what differs from a real register; the shell they run in has no say.
REGISTER_DEMONSTRATION = False
REGISTER_TODAY = None
REQUIRE_SECOND_FACTOR = True
DEBUG = False
# Tests ask more than any reader; those of the limit set their own.
API_READS_A_MINUTE = 1_000_000

# Whoever is signed in and the account on the page are two of a kind, not a loop.
ZEAL_ALLOWLIST = [{"model": "councils.User", "field": "get()"}]
