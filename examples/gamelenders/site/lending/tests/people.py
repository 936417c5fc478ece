"""Who and what the tests are about: Ada owns a game, Ben borrows, Cleo looks on."""

from django.contrib.auth.models import User

from lending.models import Game


class NeighboursMixin:
    """Gives a TestCase three users and Ada's game."""

    @classmethod
    def setUpTestData(cls):
        cls.ada, cls.ben, cls.cleo = (
            User.objects.create_user(name, f"{name}@example.com") for name in ("ada", "ben", "cleo")
        )
        cls.game = cls.add_game("Lantern Keep", players=4, cover="lending/covers/lantern-keep.svg")

    @classmethod
    def add_game(cls, title, **values):
        values = {"owner": cls.ada, "platform": "pc", "year": 2016, **values}
        return Game.objects.create(title=title, **values)
