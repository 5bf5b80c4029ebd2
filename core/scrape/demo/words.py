"""The sellers' vocabulary in English, German and French, and the invented brands."""

from __future__ import annotations

from typing import Literal

Language = Literal["en", "de", "fr"]
LANGUAGES: tuple[Language, ...] = ("en", "de", "fr")

BRANDS = (
    "Nordfaden",
    "Maelisse",
    "Petit Orage",
    "Harrow & Linn",
    "Kieselgrau",
    "Oona Fell",
    "Brindlemoor",
    "Saltwhistle",
    "Ateljé Gråsten",
    "Vauverne",
    "Lune d'Atlas",
    "Tessellina",
    "Fjellvik Nord",
    "Marlotte",
    "Studio Quern",
    "Wolkenwerk",
    "Cordelune",
    "Papertrout",
)

SIZES = ("XS / 34 / 6", "S / 36 / 8", "M / 38 / 10", "L / 40 / 12", "XL / 42 / 14", "One size")

CONDITIONS: dict[Language, tuple[str, ...]] = {
    "en": ("New with tags", "New without tags", "Very good", "Good", "Satisfactory"),
    "de": ("Neu mit Etikett", "Neu ohne Etikett", "Sehr gut", "Gut", "Zufriedenstellend"),
    "fr": (
        "Neuf avec étiquette",
        "Neuf sans étiquette",
        "Très bon état",
        "Bon état",
        "Satisfaisant",
    ),
}

CATEGORIES: dict[str, dict[Language, tuple[str, ...]]] = {
    "tshirts": {
        "en": ("T-shirt", "tee"),
        "de": ("T-Shirt", "Shirt"),
        "fr": ("T-shirt", "tee-shirt"),
    },
    "tanks": {
        "en": ("tank top", "vest top"),
        "de": ("Top", "Trägertop"),
        "fr": ("débardeur", "top"),
    },
    "blouses": {
        "en": ("blouse", "shirt"),
        "de": ("Bluse", "Hemdbluse"),
        "fr": ("blouse", "chemisier"),
    },
    "longsleeves": {
        "en": ("long sleeve top", "longsleeve"),
        "de": ("Langarmshirt", "Longsleeve"),
        "fr": ("haut manches longues", "t-shirt manches longues"),
    },
    "dresses": {
        "en": ("dress", "summer dress"),
        "de": ("Kleid", "Sommerkleid"),
        "fr": ("robe", "robe d'été"),
    },
}

PATTERNS: dict[str, dict[Language, tuple[str, ...]]] = {
    "plain": {"en": ("", "plain"), "de": ("", "einfarbig", "uni"), "fr": ("", "uni")},
    "horizontal_stripes": {
        "en": ("striped", "breton stripe"),
        "de": ("gestreift", "Ringelmuster"),
        "fr": ("rayé", "marinière"),
    },
    "vertical_stripes": {
        "en": ("striped", "vertical stripe"),
        "de": ("gestreift", "längsgestreift"),
        "fr": ("rayé", "à rayures"),
    },
    "dots": {
        "en": ("polka dot", "dotted"),
        "de": ("gepunktet", "mit Punkten"),
        "fr": ("à pois", "petits pois"),
    },
    "floral": {
        "en": ("floral", "flower print"),
        "de": ("geblümt", "mit Blumen"),
        "fr": ("à fleurs", "fleuri"),
    },
    "checks": {
        "en": ("checked", "gingham"),
        "de": ("kariert", "Karo"),
        "fr": ("à carreaux", "vichy"),
    },
    "print": {
        "en": ("printed", "graphic"),
        "de": ("mit Print", "bedruckt"),
        "fr": ("imprimé", "à motif"),
    },
}

COLOURS: dict[str, dict[Language, str]] = {
    "white": {"en": "white", "de": "weiß", "fr": "blanc"},
    "cream": {"en": "cream", "de": "creme", "fr": "crème"},
    "beige": {"en": "beige", "de": "beige", "fr": "beige"},
    "black": {"en": "black", "de": "schwarz", "fr": "noir"},
    "grey": {"en": "grey", "de": "grau", "fr": "gris"},
    "navy": {"en": "navy", "de": "dunkelblau", "fr": "bleu marine"},
    "light blue": {"en": "light blue", "de": "hellblau", "fr": "bleu clair"},
    "blue": {"en": "blue", "de": "blau", "fr": "bleu"},
    "turquoise": {"en": "turquoise", "de": "türkis", "fr": "turquoise"},
    "green": {"en": "green", "de": "grün", "fr": "vert"},
    "olive": {"en": "khaki", "de": "khaki", "fr": "kaki"},
    "mint": {"en": "mint", "de": "mint", "fr": "menthe"},
    "yellow": {"en": "yellow", "de": "gelb", "fr": "jaune"},
    "mustard": {"en": "mustard", "de": "senfgelb", "fr": "moutarde"},
    "orange": {"en": "orange", "de": "orange", "fr": "orange"},
    "coral": {"en": "coral", "de": "koralle", "fr": "corail"},
    "red": {"en": "red", "de": "rot", "fr": "rouge"},
    "burgundy": {"en": "burgundy", "de": "weinrot", "fr": "bordeaux"},
    "pink": {"en": "pink", "de": "rosa", "fr": "rose"},
    "lilac": {"en": "lilac", "de": "flieder", "fr": "lilas"},
    "purple": {"en": "purple", "de": "lila", "fr": "violet"},
    "brown": {"en": "brown", "de": "braun", "fr": "marron"},
}

TITLES: dict[Language, tuple[str, ...]] = {
    "en": (
        "{colour} {pattern} {thing} {brand}",
        "{brand} {thing} {pattern} {size}",
        "{pattern} {thing}",
        "Lovely {colour} {thing}, size {size}",
        "{thing} {brand} - {colour}",
    ),
    "de": (
        "{thing} {pattern} {colour} Gr. {size}",
        "{brand} {thing} {pattern}",
        "{thing} {colour}",
        "{thing} von {brand}, {pattern}",
        "{pattern} {thing} {brand} {size}",
    ),
    "fr": (
        "{thing} {pattern} {colour}",
        "{thing} {brand} taille {size}",
        "{thing} {pattern} {brand}",
        "{thing} {colour}, taille {size}",
        "{thing} {pattern}",
    ),
}

DESCRIPTIONS: dict[Language, tuple[str, ...]] = {
    "en": (
        "Worn a handful of times, no stains or holes. Smoke-free home.",
        "Bought last summer, doesn't fit me any more. Colour is true to the photos.",
        "Length {length} cm, chest {chest} cm laid flat. Happy to bundle!",
        "Washed at 30 degrees. A tiny pull near the hem, see photo.",
    ),
    "de": (
        "Wenig getragen, keine Flecken oder Löcher. Tierfreier Nichtraucherhaushalt.",
        "Leider zu klein geworden. Farbe wie auf den Fotos.",
        "Länge {length} cm, Brustweite {chest} cm. Privatverkauf, keine Rücknahme.",
        "Sehr angenehmer Stoff. Am Saum ein kleiner Fadenzieher, siehe Foto.",
    ),
    "fr": (
        "Porté deux ou trois fois, aucun défaut. Envoi rapide et soigné.",
        "Trop petit pour moi. Couleur fidèle aux photos.",
        "Longueur {length} cm, largeur poitrine {chest} cm à plat.",
        "Matière très agréable. Petit fil tiré en bas, voir photo.",
    ),
}

TOWNS: dict[Language, tuple[str, ...]] = {
    "en": ("Leeds, United Kingdom", "Cork, Ireland", "Bristol, United Kingdom"),
    "de": ("Leipzig, Deutschland", "Graz, Österreich", "Freiburg, Deutschland"),
    "fr": ("Nantes, France", "Liège, Belgique", "Grenoble, France"),
}

SELLERS = ("mia_wardrobe", "lottas.schrank", "chez_ines", "second_leaf", "juno88", "kleiderkiste_b")
