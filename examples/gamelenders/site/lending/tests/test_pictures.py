"""Adding a game, and what is taken as its picture."""

import struct
import tempfile
import zlib
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase, override_settings
from PIL import Image

from lending import pictures
from lending.models import Game

from .people import NeighboursMixin


def image_bytes(kind="PNG", size=(40, 30), mode="RGB", **options):
    target = BytesIO()
    Image.new(mode, size, "red").save(target, kind, **options)
    return target.getvalue()


def png_claiming(width, height):
    """A PNG of a few bytes whose head promises this many pixels."""

    def chunk(kind, data):
        crc = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + crc

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


class AddTests(NeighboursMixin, TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        media = override_settings(MEDIA_ROOT=folder.name)
        media.enable()
        self.addCleanup(media.disable)
        self.client.force_login(self.ben)

    def add(self, picture=None, name="photo.png", **values):
        data = {"title": "Kite League", "platform": "switch", "year": 2020, "players": 8, **values}
        if picture is not None:
            data["picture"] = SimpleUploadedFile(name, picture)
        return self.client.post("/add/", data, follow=True)

    def uploaded(self):
        """The only file in the media folder, as a picture."""
        (path,) = (p for p in Path(settings.MEDIA_ROOT).rglob("*") if p.is_file())
        return Image.open(path)

    def refused(self, picture, sentence, name="photo.png"):
        page = self.add(picture, name)
        self.assertContains(page, sentence)
        self.assertFalse(Game.objects.filter(title="Kite League").exists())
        self.assertEqual(list(Path(settings.MEDIA_ROOT).rglob("*")), [])

    def test_a_game_with_a_picture_is_shown_with_it(self):
        page = self.add(image_bytes())
        self.assertRedirects(page, "/games/kite-league/")
        game = Game.objects.get(title="Kite League")
        self.assertEqual(game.owner, self.ben)
        self.assertRegex(game.picture.name, r"^games/[0-9a-f]{32}\.webp$")
        self.assertContains(page, f'src="/media/{game.picture.name}"')
        self.assertEqual(self.uploaded().size, (40, 30))

    def test_a_picture_is_not_needed(self):
        self.assertContains(self.add(), "/static/lending/covers/none.svg")

    def test_the_web_server_may_read_the_picture(self):
        self.add(image_bytes())
        path = Path(self.uploaded().filename)
        self.assertEqual(path.stat().st_mode & 0o777, 0o644)
        self.assertEqual(path.parent.stat().st_mode & 0o777, 0o755)

    def test_same_titles_get_addresses_of_their_own(self):
        self.add()
        self.assertRedirects(self.add(), "/games/kite-league-2/")
        self.assertRedirects(self.add(title="麻雀"), "/games/game/")

    def test_usual_kinds_are_taken(self):
        for kind, mode in (
            ("JPEG", "RGB"),
            ("JPEG", "CMYK"),
            ("PNG", "RGBA"),
            ("PNG", "P"),
            ("WEBP", "RGB"),
        ):
            with self.subTest(kind=kind, mode=mode):
                file = SimpleUploadedFile("photo", image_bytes(kind, mode=mode))
                self.assertEqual(pictures.normalise_picture(file).name, "picture.webp")

    def test_large_ones_are_made_smaller(self):
        self.add(image_bytes(size=(3000, 1500)))
        self.assertEqual(self.uploaded().size, (1200, 600))

    def test_a_camera_s_notes_are_removed_after_turning_upright(self):
        exif = Image.Exif()
        exif[0x0112] = 6  # lies on its side
        exif[0x010F] = "Camera of Ben"
        self.add(image_bytes("JPEG", size=(40, 30), exif=exif), "photo.jpg")
        picture = self.uploaded()
        self.assertEqual(picture.size, (30, 40))
        self.assertEqual(dict(picture.getexif()), {})

    def test_what_is_no_picture_is_refused(self):
        for content in (
            b"no picture",
            b"<svg onload='alert(1)'/>",
            b"\x89PNG\r\n\x1a\n",
            image_bytes()[:60],
        ):
            with self.subTest(content=content[:10]):
                self.refused(content, "This is no picture that can be read")

    def test_other_kinds_are_refused_whatever_they_are_called(self):
        self.refused(image_bytes("GIF"), "This is no picture that can be read", "photo.png")
        self.refused(image_bytes("TIFF"), "This is no picture that can be read", "photo.jpg")

    def test_an_empty_file_is_refused(self):
        self.refused(b"", "The submitted file is empty")

    def test_too_many_bytes_are_refused(self):
        self.refused(image_bytes() + bytes(pictures.MAX_BYTES), "The picture is too large")

    def test_too_many_pixels_are_refused_before_they_are_decoded(self):
        self.refused(png_claiming(6000, 6000), "too many pixels")
        self.refused(png_claiming(60000, 60000), "This is no picture that can be read")

    def test_wrong_values_are_explained_and_the_rest_is_kept(self):
        page = self.add(title="", year=1800, publisher="Open Sky")
        self.assertContains(page, "This field is required.")
        self.assertContains(page, "greater than or equal to 1950")
        self.assertContains(page, 'value="Open Sky"')

    def test_an_owner_cannot_give_the_game_to_others(self):
        self.add(owner=self.ada.pk, slug="chosen")
        game = Game.objects.get(title="Kite League")
        self.assertEqual((game.owner, game.slug), (self.ben, "kite-league"))

    def test_strangers_are_asked_to_sign_in(self):
        self.client.logout()
        self.assertRedirects(self.add(image_bytes()), "/accounts/login/?next=/add/")
        self.assertFalse(Game.objects.filter(title="Kite League").exists())

    def test_staff_s_uploads_are_checked_as_well(self):
        self.ben.is_staff = self.ben.is_superuser = True
        self.ben.save()
        address = f"/admin/lending/game/{self.game.pk}/change/"
        values = {"title": "T", "slug": "t", "platform": "pc", "year": 2000, "players": 1}
        for content, status in ((b"<svg/>", 200), (image_bytes(), 302)):
            data = {**values, "owner": self.ada.pk, "picture": SimpleUploadedFile("p.png", content)}
            self.assertEqual(self.client.post(address, data).status_code, status)
        self.assertEqual(self.uploaded().format, "WEBP")
