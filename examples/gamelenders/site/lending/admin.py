from django import forms
from django.contrib import admin

from .models import Game, Loan
from .pictures import PictureField


class GameAdminForm(forms.ModelForm):
    """As for owners, pictures are checked and written anew."""

    picture = PictureField(required=False)

    class Meta:
        model = Game
        fields = [
            "title",
            "slug",
            "publisher",
            "platform",
            "year",
            "players",
            "description",
            "picture",
            "cover",
            "owner",
        ]


@admin.register(Game)
class GameAdmin(admin.ModelAdmin):
    form = GameAdminForm
    list_display = ["title", "platform", "year", "owner", "added_at"]
    list_filter = ["platform"]
    list_select_related = ["owner"]
    prepopulated_fields = {"slug": ["title"]}
    search_fields = ["title", "publisher"]


@admin.register(Loan)
class LoanAdmin(admin.ModelAdmin):
    autocomplete_fields = ["game", "borrower"]
    date_hierarchy = "lent_at"
    list_display = ["game", "borrower", "lent_at", "due_on", "returned_at"]
    list_select_related = ["game", "borrower"]
