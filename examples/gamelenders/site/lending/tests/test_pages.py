"""What visitors read: list, search, one game, sign-in, health, languages."""

from django.test import TestCase
from django.urls import reverse

from .people import NeighboursMixin


class ListTests(NeighboursMixin, TestCase):
    def test_shows_games_with_picture_and_state(self):
        self.add_game("Tidebreakers")
        self.game.lend_to(self.ben)
        page = self.client.get("/")
        self.assertContains(page, 'src="/static/lending/covers/lantern-keep.svg"')
        self.assertContains(page, 'src="/static/lending/covers/none.svg"')
        self.assertContains(page, "Lent", count=1)
        self.assertContains(page, "At home", count=1)
        self.assertContains(page, "1–4 players")

    def test_needs_no_more_queries_for_more_games(self):
        with self.assertNumQueries(2):
            self.client.get("/")
        for number in range(11):
            self.add_game(f"Game {number}")
        with self.assertNumQueries(2):
            self.client.get("/")

    def test_has_further_pages(self):
        for number in range(13):
            self.add_game(f"Game {number:02}")
        self.assertContains(self.client.get("/"), 'href="?page=2"')
        second = self.client.get("/", {"page": 2})
        self.assertContains(second, "Lantern Keep")
        self.assertContains(second, 'href="?page=1"')
        self.assertEqual(self.client.get("/", {"page": 9}).status_code, 404)

    def test_escapes_what_owners_write(self):
        self.add_game("<script>alert(1)</script>")
        self.assertNotContains(self.client.get("/"), "<script>")

    def test_says_when_there_is_nothing(self):
        self.game.delete()
        self.assertContains(self.client.get("/"), "No game yet")


class SearchTests(NeighboursMixin, TestCase):
    def find(self, words):
        page = self.client.get("/search/", {"q": words})
        self.assertEqual(page.status_code, 200)
        return [game.title for game in page.context["object_list"]]

    def test_finds_every_word_in_title_publisher_or_description(self):
        self.add_game("Salt Road", publisher="Caravan", description="Across a desert.")
        self.assertEqual(self.find("ROAD"), ["Salt Road"])
        self.assertEqual(self.find("desert caravan"), ["Salt Road"])
        self.assertEqual(self.find("desert lantern"), [])

    def test_takes_signs_of_sql_and_regex_and_nul_as_text(self):
        self.add_game("100 % wool")
        self.assertEqual(self.find("%"), ["100 % wool"])
        self.assertEqual(self.find("'; DROP TABLE"), [])
        self.assertEqual(self.find("Lan\x00tern"), ["Lantern Keep"])

    def test_shows_the_words_escaped_and_keeps_them_on_the_next_page(self):
        for number in range(13):
            self.add_game(f"A&B {number}")
        page = self.client.get("/search/", {"q": '"A&B'})
        self.assertContains(page, 'value="&quot;A&amp;B"')
        page = self.client.get("/search/", {"q": "A&B"})
        self.assertContains(page, "13 games found")
        self.assertContains(page, 'href="?q=A%26B&amp;page=2"')

    def test_without_words_shows_all(self):
        self.assertEqual(self.find("  "), ["Lantern Keep"])


class DetailTests(NeighboursMixin, TestCase):
    def test_shows_the_game_and_the_way_to_borrow_it(self):
        page = self.client.get("/games/lantern-keep/")
        self.assertContains(page, "<h1>Lantern Keep</h1>")
        self.assertContains(page, 'href="/accounts/login/?next=/games/lantern-keep/"')
        self.assertNotContains(page, "Borrow this game")

    def test_offers_each_what_they_may_do(self):
        def page_for(user):
            self.client.force_login(user)
            return self.client.get("/games/lantern-keep/").content.decode()

        self.assertIn("Borrow this game", page_for(self.ben))
        self.assertNotIn("Borrow this game", page_for(self.ada))
        self.game.lend_to(self.ben)
        self.assertIn("Give it back", page_for(self.ben))
        self.assertIn("I have it back", page_for(self.ada))
        self.assertNotIn("give-back", page_for(self.cleo))

    def test_does_not_tell_strangers_who_has_the_game(self):
        self.game.lend_to(self.ben)
        page = self.client.get("/games/lantern-keep/")
        self.assertContains(page, "Due back on")
        self.assertNotContains(page, "ben")

    def test_unknown_game_is_a_page_of_our_own(self):
        page = self.client.get("/games/nothing/")
        self.assertContains(page, "No page has this address", status_code=404)


class SignInTests(NeighboursMixin, TestCase):
    @classmethod
    def setUpTestData(cls):
        super().setUpTestData()
        cls.ben.set_password("secret-of-ben")
        cls.ben.save()

    def sign_in(self, password, **more):
        return self.client.post(
            reverse("login"), {"username": "ben", "password": password, **more}, follow=True
        )

    def test_right_password_leads_back_to_where_one_was(self):
        page = self.sign_in("secret-of-ben", next="/games/lantern-keep/")
        self.assertRedirects(page, "/games/lantern-keep/")
        self.assertContains(page, "Sign out ben")

    def test_wrong_password_is_refused(self):
        page = self.sign_in("secret-of-ada")
        self.assertContains(page, "Please enter a correct username and password")
        self.assertFalse(page.context["user"].is_authenticated)

    def test_never_leads_to_another_site(self):
        self.assertRedirects(self.sign_in("secret-of-ben", next="https://evil.example/"), "/mine/")

    def test_signing_out_needs_a_post_and_works(self):
        self.client.force_login(self.ben)
        self.assertEqual(self.client.get(reverse("logout")).status_code, 405)
        page = self.client.post(reverse("logout"), follow=True)
        self.assertContains(page, "Sign in")
        self.assertRedirects(self.client.get("/mine/"), "/accounts/login/?next=/mine/")

    def test_forms_from_elsewhere_are_refused(self):
        client = self.client_class(enforce_csrf_checks=True)
        client.force_login(self.ben)
        self.assertEqual(client.post("/games/lantern-keep/lend/").status_code, 403)
        self.assertIsNone(self.game.loan)


class AdminTests(NeighboursMixin, TestCase):
    def test_is_for_staff(self):
        self.client.force_login(self.ben)
        self.assertEqual(self.client.get("/admin/").status_code, 302)
        self.ben.is_staff = self.ben.is_superuser = True
        self.ben.save()
        self.game.lend_to(self.ben)
        for path in ("", "lending/game/", f"lending/game/{self.game.pk}/change/", "lending/loan/"):
            page = self.client.get(f"/admin/{path}")
            self.assertContains(page, "GameLenders", msg_prefix=path)


class HealthTests(TestCase):
    def test_asks_the_database_and_says_ok(self):
        with self.assertNumQueries(1):
            answer = self.client.get("/health/")
        self.assertEqual((answer.status_code, answer.content), (200, b"ok"))
        self.assertIn("no-store", answer["Cache-Control"])


class LanguageTests(NeighboursMixin, TestCase):
    def test_follows_the_browser(self):
        page = self.client.get("/", headers={"accept-language": "fr-FR,fr;q=0.9"})
        self.assertContains(page, '<html lang="fr">')
        self.assertContains(page, "Empruntez un jeu")

    def test_follows_the_visitors_choice(self):
        page = self.client.post("/i18n/setlang/", {"language": "fr", "next": "/"}, follow=True)
        self.assertContains(page, "Se connecter")
