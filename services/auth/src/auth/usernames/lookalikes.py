"""Letters and digits that look like a plain Latin letter or a digit, as confusables.txt of UTS 39 has it.

Of the scripts in use, those that PRECIS lets into a name, and whose prototype is one of A–Z, a–z, 0–9.
"""

LATIN = "ƄƍƦƧƼƽǀȜȢȣɑɡɪɯʏᴄᴏᴑᴜᴠᴡᴢᶃᶌẝỿꜱꝚꝪꝮꞘꞙꞟꞫꞲꞳꞴꬲꬵꬽꭇꭈꭎꭒꭚ"
"""Latin letters of phonetic and obsolete alphabets; without those that languages are written with today (ı ɩ ɣ ʋ ʒ)."""

LOOKALIKES = frozenset(
    "ЅІЈАВЕЗКМНОРСТУХЬабгеорсухѕіјѡѴѵҮүһҽӀӏӠԁԌԛԜԝꙄꙇ"  # Cyrillic
    "ͿΑΒΕΖΗΙΚΜΝΟΡΤΥΧαγινορσυϜϳϺᴦ"  # Greek
    "ՍՏՕագզհոռսցքօ"  # Armenian
    "ყჿ"  # Georgian
    "ᐯᑌᑭᑯᑲᒍᒪᒿᕁᕼᕽᖇᖯᖴᗅᗞᗪᗰᗷ"  # Canadian Aboriginal
    "ᎠᎡᎢᎥᎩᎪᎫᎬᎳᎷᎻᎽᏀᏂᏃᏎᏏᏒᏔᏕᏙᏚᏞᏟᏢᏦᏧᏮᏳᏴꭵꮁꮃꮓꮩꮪꮯ"  # Cherokee
    "ꓐꓑꓒꓓꓔꓖꓗꓙꓚꓜꓝꓟꓠꓡꓢꓣꓦꓧꓪꓫꓬꓮꓰꓲꓳꓴ"  # Lisu
    "𖼈𖼊𖼖𖼨𖼵𖼺𖼻𖽀𖽂𖽃"  # Miao
    "𐒴𐓂𐓎𐓒𐓪𐓶"  # Osage
    "ⴸⴹⵏⵔⵕⵝ"  # Tifinagh
    "०০৪৭੦੧੪૦ଠ୦୨௦౦೦ഠ൦൭๐໐ဝ၀ሀዐ〇ꛟ"  # of several scripts, most of them digits
    "\u05d5\u05d8\u05df\u05e1"  # Hebrew
    "\u0627\u0647\u06be\u06c1\u06d5\u0661\u0665\u0667\u06f1\u06f5\u06f7"  # Arabic
    "\u07c0\u07ca"  # N'Ko
)
