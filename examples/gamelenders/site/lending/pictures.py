"""Pictures that visitors upload: read with care, and written anew before they are kept."""

from io import BytesIO
from warnings import catch_warnings, simplefilter

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

MAX_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 25_000_000
LONGEST_SIDE = 1200
FORMATS = ("JPEG", "PNG", "WEBP")


def normalise_picture(file):
    """The picture as a WebP of at most LONGEST_SIDE: upright, and without what a camera added
    (place, owner). Raises ValidationError if it is too large, or no picture of a known format."""
    if file.size > MAX_BYTES:
        raise ValidationError(
            _("The picture is too large: %(size)s. At most %(limit)s, please.")
            % {"size": filesizeformat(file.size), "limit": filesizeformat(MAX_BYTES)}
        )
    try:
        with catch_warnings():
            simplefilter("error", Image.DecompressionBombWarning)
            return SimpleUploadedFile("picture.webp", rewrite(file), "image/webp")
    except ValidationError:
        raise
    except Exception as error:  # Pillow's decoders raise many kinds on damaged data
        raise ValidationError(
            _("This is no picture that can be read. Use JPEG, PNG or WebP.")
        ) from (error)


def rewrite(file):
    """Bytes of a WebP made from the file's pixels."""
    with Image.open(file, formats=FORMATS) as picture:
        if picture.width * picture.height > MAX_PIXELS:  # known before a pixel is decoded
            raise ValidationError(
                _("The picture has too many pixels: %(width)d × %(height)d.")
                % {"width": picture.width, "height": picture.height}
            )
        upright = ImageOps.exif_transpose(picture).convert("RGBA" if has_alpha(picture) else "RGB")
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    target = BytesIO()
    upright.save(target, "WEBP", quality=82)
    return target.getvalue()


def has_alpha(picture):
    return picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info


class PictureField(forms.FileField):
    """A file field that takes pictures only, and gives them normalised."""

    def __init__(self, **kwargs):
        kwargs.setdefault(
            "widget", forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"})
        )
        super().__init__(**kwargs)

    def to_python(self, data):
        file = super().to_python(data)
        return file and normalise_picture(file)
