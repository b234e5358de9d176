"""Words of which names, titles and sentences are made. All people, places and addresses are invented or reserved ones.

Host names end in `.example` (RFC 2606), telephone numbers lie in 555-01xx, addresses in the documentation networks
(RFC 5737, RFC 3849).
"""

from __future__ import annotations

FIRST_NAMES = tuple(
    "Ada Alan Amira Anna Arjun Bela Carla Chen Clara Daniel Dora Elif Emil Emmy Farah Felix Fatou George Grace Hana "
    "Henri Hugo Ines Ivan Jana Jonas Julia Kai Katja Kofi Lars Leila Lena Lucia Magnus Maria Mei Mila Nadia Nils Noor "
    "Olga Omar Paula Petra Rosa Samir Sofia Sven Tariq Thea Tomas Vera Wanda Yara Yusuf Zoe".split()
)
LAST_NAMES = tuple(
    "Abel Adler Bauer Becker Berg Bianchi Castro Cohen Diaz Dubois Eriksen Fischer Fontana Garcia Gauss Haddad Hansen "
    "Hilbert Ibarra Ito Jansen Keller Khan Kovacs Lang Larsen Lopez Lovelace Martin Meyer Moreau Nakamura Noether "
    "Novak Okafor Olsen Ortiz Park Peters Quist Ramos Riemann Rossi Sato Schmidt Silva Svensson Tanaka Turing Ueda "
    "Vogel Weber Weiss Yilmaz Zhang Zuse".split()
)
ADJECTIVES = tuple(
    "applied basic bright calm careful central clear common complete daily deep digital early eastern easy final first "
    "formal free general global gentle green hidden inner joint large late linear little local long modern northern "
    "open outer plain practical quiet rapid rich second short silent simple small social solid southern special steady "
    "strong summer theoretical third universal useful visual warm western wide winter young".split()
)
NOUNS = tuple(
    "agreement archive atlas balance bridge calendar campaign chapter circle collection compass corner course culture "
    "energy engine evening experiment exhibition forest forum garden graph guide harbour history horizon house island "
    "journal journey kitchen laboratory lake language lecture letter library light machine market measure meeting "
    "method mirror model morning mountain museum network number orchestra paper path pattern picture plan poem point "
    "practice question record result river road room school seminar shape signal sketch story street studio study "
    "summer survey system table theatre theory tool tower tradition travel valley village voice water weather window "
    "workshop world".split()
)
VERBS = tuple(
    "answers asks builds changes collects compares connects describes explains explores finds follows improves joins "
    "keeps measures needs opens prepares presents questions reads records repeats shows supports teaches tells tests "
    "uses visits writes".split()
)
TOPICS = tuple(
    "algebra geometry statistics chemistry biology music painting literature philosophy economics law medicine ecology "
    "astronomy robotics design cooking gardening football sailing".split()
)
CITIES = tuple("Ahrenfeld Brookhaven Castelnova Dunmore Eastport Fjordby Grantham Hollin Irvine Lindau Marbach".split())
STREETS = tuple("Alder Bridge Castle Cedar Church Garden Harbour High Lake Market Mill Park School Station".split())
COUNTRIES = tuple("DE FR US GB ES IT NL SE PL BR IN JP CA AU ZA KE MX PT DK FI".split())
CURRENCIES = tuple("EUR USD GBP CHF SEK PLN JPY INR".split())
LANGUAGES = tuple("en de fr es it pt nl pl sv ja".split())
ZONES = ("Europe/Berlin", "UTC", "America/New_York", "Asia/Tokyo", "Africa/Nairobi", "America/Sao_Paulo")
MEDIA_TYPES = ("image/avif", "image/jpeg", "image/png", "video/mp4", "application/pdf", "text/plain", "audio/ogg")
COLOURS = tuple("red green blue black white yellow orange violet grey brown".split())
AGENTS = ("Mozilla/5.0 (X11; Linux x86_64)", "Mozilla/5.0 (Macintosh)", "Mozilla/5.0 (iPhone)", "curl/8.5.0")
SHORT_WORDS = tuple(
    "alpha beta gamma delta north south east west web mobile batch import export daily weekly standard basic extra "
    "public internal primary second".split()
)
