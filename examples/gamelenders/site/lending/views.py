"""The pages. Reading needs no account; borrowing, giving back and adding do."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.db import Error, connection
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import CreateView, DetailView, ListView, TemplateView

from .forms import GameForm
from .giantbomb import find_article
from .mail import tell_owner
from .models import Game, LendingError


class GameList(ListView):
    """All games, or those that a search (`q`) finds."""

    paginate_by = 12
    template_name = "lending/game_list.html"

    def get_queryset(self):
        # PostgreSQL takes no NUL characters in text.
        self.words = self.request.GET.get("q", "").replace("\x00", "").strip()[:100]
        return Game.objects.search(self.words).with_lent().select_related("owner")

    def get_context_data(self, **kwargs):
        return super().get_context_data(words=self.words, **kwargs)


class GameDetail(DetailView):
    """One game, who has it, and what the visitor may do with it."""

    queryset = Game.objects.select_related("owner")

    def get_context_data(self, **kwargs):
        loan = self.object.loan
        user = self.request.user
        return super().get_context_data(
            loan=loan,
            may_borrow=loan is None and user != self.object.owner,
            may_give_back=loan is not None and loan.may_be_ended_by(user),
            article=find_article(self.object.title),
            **kwargs,
        )


class GameAdd(LoginRequiredMixin, CreateView):
    """A visitor's own game, with a picture."""

    model = Game
    form_class = GameForm
    template_name = "lending/game_form.html"

    def form_valid(self, form):
        form.instance.owner = self.request.user
        messages.success(self.request, _("Your game can be borrowed now."))
        return super().form_valid(form)


class Mine(LoginRequiredMixin, TemplateView):
    """What a visitor has borrowed, and the games that are theirs."""

    template_name = "lending/mine.html"

    def get_context_data(self, **kwargs):
        user = self.request.user
        return super().get_context_data(
            loans=user.loans.filter(returned_at=None).select_related("game__owner"),
            games=user.games.with_lent(),
            **kwargs,
        )


@login_required
@require_POST
def lend(request, slug):
    """Borrow a game; its owner gets a mail."""
    game = get_object_or_404(Game, slug=slug)
    try:
        loan = game.lend_to(request.user)
    except LendingError as error:
        messages.error(request, str(error))
    else:
        # After the transaction: the loan is safe, whatever the mail server says.
        told = tell_owner(loan, request.build_absolute_uri(game.get_absolute_url()))
        messages.success(
            request,
            _("It is yours for three weeks. The owner has been told.")
            if told
            else _("It is yours for three weeks."),
        )
    return redirect(game)


@login_required
@require_POST
def give_back(request, slug):
    """The game is back: said by who borrowed it, or by its owner."""
    game = get_object_or_404(Game, slug=slug)
    loan = game.loan
    if loan is None:
        messages.info(request, _("This game is back already."))
        return redirect(game)
    if not loan.may_be_ended_by(request.user):
        raise PermissionDenied
    loan.give_back()
    messages.success(request, _("Thank you, the game is back."))
    return redirect(game)


@require_safe
@never_cache
def health(request):
    """ "ok" if the site and its database work, 503 otherwise: for supervision, not for people."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except Error:
        return HttpResponse("database unavailable", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")
