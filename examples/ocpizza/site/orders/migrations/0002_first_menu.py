"""The menu on the first day; the kitchen changes it in the administration."""

from django.db import migrations

MENU = [
    ("Margherita", "tomate, mozzarella, basilic", "tomato, mozzarella, basil", "9.50"),
    ("Reine", "tomate, jambon, champignons", "tomato, ham, mushrooms", "11.00"),
    (
        "Quatre fromages",
        "mozzarella, bleu, chèvre, comté",
        "mozzarella, blue, goat, comté",
        "12.00",
    ),
    ("Végétarienne", "légumes grillés, roquette", "grilled vegetables, rocket", "11.50"),
    ("Savoyarde", "pommes de terre, reblochon, lardons", "potatoes, reblochon, bacon", "12.50"),
]


def offer(apps, schema_editor):
    pizza = apps.get_model("orders", "Pizza")
    for name, french, english, price in MENU:
        pizza.objects.create(name=name, description_fr=french, description_en=english, price=price)


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial")]
    operations = [migrations.RunPython(offer, migrations.RunPython.noop)]
