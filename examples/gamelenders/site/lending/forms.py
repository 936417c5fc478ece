from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Game
from .pictures import PictureField


class GameForm(forms.ModelForm):
    """What an owner says about a game."""

    picture = PictureField(
        label=_("Picture"), required=False, help_text=_("JPEG, PNG or WebP, at most 5 MB.")
    )

    class Meta:
        model = Game
        fields = ["title", "publisher", "platform", "year", "players", "description", "picture"]
        widgets = {"description": forms.Textarea(attrs={"rows": 5})}
