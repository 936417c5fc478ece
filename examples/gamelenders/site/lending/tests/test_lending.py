"""Borrowing and giving back, and the mail about it."""

import logging
import socket
from datetime import timedelta

from django.core import mail
from django.db import IntegrityError, transaction
from django.test import TestCase, override_settings
from django.utils import timezone

from lending.models import Loan

from .people import NeighboursMixin


class LendTests(NeighboursMixin, TestCase):
    def borrow(self, user):
        self.client.force_login(user)
        return self.client.post("/games/lantern-keep/lend/", follow=True)

    def test_a_borrowed_game_is_lent_for_three_weeks_and_the_owner_gets_a_mail(self):
        page = self.borrow(self.ben)
        self.assertContains(page, "The owner has been told")
        loan = self.game.loan
        self.assertEqual(loan.borrower, self.ben)
        self.assertEqual(loan.due_on, timezone.localdate() + timedelta(days=21))
        (message,) = mail.outbox
        self.assertEqual((message.to, message.reply_to), (["ada@example.com"], ["ben@example.com"]))
        self.assertEqual(message.subject, "Lantern Keep was borrowed")
        self.assertIn("ben has borrowed Lantern Keep until", message.body)
        self.assertIn("http://testserver/games/lantern-keep/", message.body)

    def test_a_game_is_lent_once_at_a_time(self):
        self.borrow(self.ben)
        page = self.borrow(self.cleo)
        self.assertContains(page, "Somebody else has just borrowed this game.")
        self.assertEqual(self.game.loan.borrower, self.ben)
        self.assertEqual(len(mail.outbox), 1)

    def test_the_database_refuses_a_second_open_loan(self):
        self.game.lend_to(self.ben)
        with self.assertRaises(IntegrityError), transaction.atomic():
            Loan.objects.create(game=self.game, borrower=self.cleo)

    def test_nobody_borrows_their_own_game(self):
        self.assertContains(self.borrow(self.ada), "This game is yours already.")
        self.assertIsNone(self.game.loan)

    def test_strangers_are_asked_to_sign_in(self):
        answer = self.client.post("/games/lantern-keep/lend/")
        self.assertRedirects(answer, "/accounts/login/?next=/games/lantern-keep/lend/")
        self.assertIsNone(self.game.loan)

    def test_looking_at_the_address_lends_nothing(self):
        self.client.force_login(self.ben)
        self.assertEqual(self.client.get("/games/lantern-keep/lend/").status_code, 405)
        self.assertIsNone(self.game.loan)

    def test_an_unknown_game_is_not_found(self):
        self.client.force_login(self.ben)
        self.assertEqual(self.client.post("/games/nothing/lend/").status_code, 404)

    def test_an_owner_without_address_gets_no_mail(self):
        self.ada.email = ""
        self.ada.save()
        page = self.borrow(self.ben)
        self.assertContains(page, "It is yours for three weeks.")
        self.assertNotContains(page, "has been told")
        self.assertEqual(mail.outbox, [])

    def test_the_loan_counts_when_the_mail_server_is_away(self):
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))  # not listening: a connection is refused
            smtp = {
                "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
                "EMAIL_HOST": "127.0.0.1",
                "EMAIL_PORT": closed.getsockname()[1],
            }
            with override_settings(**smtp), self.assertLogs("lending.mail", logging.ERROR):
                page = self.borrow(self.ben)
        self.assertContains(page, "It is yours for three weeks.")
        self.assertNotContains(page, "has been told")
        self.assertEqual(self.game.loan.borrower, self.ben)

    def test_a_title_cannot_add_lines_to_the_mails_head(self):
        self.game.title = "Lantern\nBcc: all@example.com"
        self.game.save()
        self.borrow(self.ben)
        self.assertEqual(self.game.loan.borrower, self.ben)
        (message,) = mail.outbox
        self.assertEqual(message.subject, "Lantern Bcc: all@example.com was borrowed")


class GiveBackTests(NeighboursMixin, TestCase):
    def setUp(self):
        self.loan = self.game.lend_to(self.ben)

    def give_back(self, user):
        self.client.force_login(user)
        return self.client.post("/games/lantern-keep/give-back/", follow=True)

    def test_the_borrower_gives_back_and_the_next_one_may_borrow(self):
        self.assertContains(self.give_back(self.ben), "Thank you, the game is back.")
        self.assertIsNone(self.game.loan)
        self.assertEqual(self.game.lend_to(self.cleo).borrower, self.cleo)

    def test_the_owner_may_say_that_it_is_back(self):
        self.give_back(self.ada)
        self.assertIsNone(self.game.loan)

    def test_nobody_else_may(self):
        page = self.give_back(self.cleo)
        self.assertContains(page, "This is for somebody else to do.", status_code=403)
        self.assertEqual(self.game.loan, self.loan)

    def test_a_second_time_changes_nothing(self):
        self.give_back(self.ben)
        first = Loan.objects.get().returned_at
        self.assertContains(self.give_back(self.ben), "This game is back already.")
        self.assertEqual(Loan.objects.get().returned_at, first)

    def test_strangers_are_asked_to_sign_in(self):
        answer = self.client.post("/games/lantern-keep/give-back/")
        self.assertRedirects(answer, "/accounts/login/?next=/games/lantern-keep/give-back/")
        self.assertEqual(self.game.loan, self.loan)

    def test_my_games_lists_what_i_have_and_what_is_mine(self):
        self.client.force_login(self.ben)
        self.assertContains(self.client.get("/mine/"), "Give it back")
        self.client.force_login(self.ada)
        page = self.client.get("/mine/")
        self.assertContains(page, "Nothing at the moment.")
        self.assertContains(page, "Lantern Keep")

    def test_a_loan_past_its_day_is_marked(self):
        self.loan.due_on = timezone.localdate() - timedelta(days=1)
        self.loan.save()
        self.assertContains(self.client.get("/games/lantern-keep/"), 'class="late"')

    def test_a_loan_without_day_is_shown_all_the_same(self):
        Loan.objects.update(due_on=None)
        self.client.force_login(self.ben)
        for path in ("/games/lantern-keep/", "/mine/"):
            self.assertNotContains(self.client.get(path), "Due back")
