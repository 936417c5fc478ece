"""Games, and who has them. The rules of lending are here, wherever the wish comes from."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Q
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

LOAN_DAYS = 21


class LendingError(Exception):
    """What cannot be done with a game, in a sentence for its reader."""


def picture_path(game, filename):
    """Where an uploaded picture is kept: a name of our own, nothing of the visitor's."""
    return f"games/{uuid.uuid4().hex}.{filename.rpartition('.')[2]}"


class GameQuerySet(models.QuerySet):
    def search(self, words):
        """Games in which every word is found: in the title, the publisher or the description."""
        games = self
        for word in words.split():
            games = games.filter(
                Q(title__icontains=word)
                | Q(publisher__icontains=word)
                | Q(description__icontains=word)
            )
        return games

    def with_lent(self):
        """Each game with `lent`: whether somebody has it now."""
        open_loans = Loan.objects.filter(game=models.OuterRef("pk"), returned_at=None)
        return self.annotate(lent=models.Exists(open_loans))


class Game(models.Model):
    """A game that its owner lends."""

    class Platform(models.TextChoices):
        PC = "pc", "PC"
        PLAYSTATION = "playstation", "PlayStation"
        SWITCH = "switch", "Switch"
        XBOX = "xbox", "Xbox"
        RETRO = "retro", _("Retro console")

    title = models.CharField(_("title"), max_length=120)
    slug = models.SlugField(_("address"), max_length=140, unique=True)
    publisher = models.CharField(_("publisher"), max_length=120, blank=True)
    platform = models.CharField(_("platform"), max_length=16, choices=Platform)
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(1950), MaxValueValidator(2100)]
    )
    players = models.PositiveSmallIntegerField(
        _("players"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(99)],
        help_text=_("How many can play together."),
    )
    description = models.TextField(_("description"), max_length=4000, blank=True)
    picture = models.ImageField(_("picture"), upload_to=picture_path, blank=True)
    cover = models.CharField(
        _("cover"),
        max_length=100,
        blank=True,
        help_text=_("Static file shown while no picture was uploaded."),
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="games",
        verbose_name=_("owner"),
    )
    added_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)

    objects = GameQuerySet.as_manager()

    class Meta:
        ordering = ["title", "pk"]
        verbose_name = _("game")
        verbose_name_plural = _("games")

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        if not self.slug:
            self.slug = free_slug(self.title)
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("lending:detail", args=[self.slug])

    @property
    def picture_url(self):
        """Address of the uploaded picture, or of the cover that came with the site."""
        if self.picture:
            return self.picture.url
        return static(self.cover or "lending/covers/none.svg")

    @property
    def loan(self):
        """The loan that is going on, or None."""
        return self.loans.filter(returned_at=None).select_related("borrower").first()

    @transaction.atomic
    def lend_to(self, borrower):
        """Lend this game. Raises LendingError if it is the borrower's own, or out."""
        # Two wishes at the same moment wait for each other here.
        game = Game.objects.select_for_update().get(pk=self.pk)
        if game.owner_id == borrower.pk:
            raise LendingError(_("This game is yours already."))
        if game.loan:
            raise LendingError(_("Somebody else has just borrowed this game."))
        return Loan.objects.create(game=game, borrower=borrower)


def free_slug(title):
    """An address for a title that no other game has."""
    stem = slugify(title)[:120] or "game"
    slug, number = stem, 1
    while Game.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{stem}-{number}"
    return slug


def default_due_date():
    return timezone.localdate() + timedelta(days=LOAN_DAYS)


class Loan(models.Model):
    """A game at somebody's home, until `returned_at` is set."""

    game = models.ForeignKey(
        Game, on_delete=models.CASCADE, related_name="loans", verbose_name=_("game")
    )
    borrower = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="loans",
        verbose_name=_("borrower"),
    )
    lent_at = models.DateTimeField(_("lent"), default=timezone.now)
    # May be empty, so that a release from before this field can still write during an update.
    due_on = models.DateField(_("due"), default=default_due_date, null=True, blank=True)
    returned_at = models.DateTimeField(_("given back"), null=True, blank=True)

    class Meta:
        ordering = ["-lent_at", "-pk"]
        verbose_name = _("loan")
        verbose_name_plural = _("loans")
        constraints = [
            models.UniqueConstraint(
                fields=["game"],
                condition=Q(returned_at=None),
                name="one_open_loan_per_game",
                violation_error_message=_("This game is lent already."),
            ),
        ]

    def __str__(self):
        return f"{self.game} → {self.borrower}"

    def clean(self):
        if self.returned_at and self.returned_at < self.lent_at:
            raise ValidationError({"returned_at": _("A game is given back after it was lent.")})

    @property
    def overdue(self):
        return self.returned_at is None and bool(self.due_on) and self.due_on < timezone.localdate()

    def may_be_ended_by(self, user):
        """Who has the game says that it is back, or its owner does."""
        return user.pk in (self.borrower_id, self.game.owner_id)

    def give_back(self):
        """The game is back with its owner. A second time changes nothing."""
        if self.returned_at is None:
            self.returned_at = timezone.now()
            self.save(update_fields=["returned_at"])
