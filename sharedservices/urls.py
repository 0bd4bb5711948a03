"""Every address of the register, floor by floor."""

from django.contrib import admin
from django.urls import include, path

from councils.signin import after_sign_in, guard_admin
from sharedservices import home

guard_admin(admin.site)

handler400 = "sharedservices.refusals.bad_request"
handler404 = "sharedservices.refusals.not_found"
handler429 = "sharedservices.refusals.too_many"  # read by allauth
handler500 = "sharedservices.refusals.failed"

urlpatterns = [
    path("", home.home, name="home"),
    path("healthz", home.healthz, name="healthz"),
    path("readyz", home.readyz, name="readyz"),
    path("", include("councils.urls")),
    path("", include("arrangements.public.urls")),
    path("", include("arrangements.releases.urls")),
    path("api/v1/", include("sharedservices.api")),
    path("after-sign-in/", after_sign_in, name="after-sign-in"),
    path("accounts/", include("councils.account_urls")),
    path("admin/", admin.site.urls),
]
