"""What a search by sound and by first letters looks at."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from station_map.store.schema.base import Base


class StationWordsRow(Base):
    """`station_card.search_text` in Latin letters (`domain/pinyin.py`), made by `store/spelling.py`.

    sound: of the name, what tells it apart (`domain/likeness.py`). A table of its own: the database cannot spell Chinese, and a card written twice would take
    an import twice as long. No foreign key: triggers hold `station_id` (migration 0008).
    """

    __tablename__ = "station_words"

    station_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    words: Mapped[str]
    sound: Mapped[str] = mapped_column(server_default=text("''"))

    __table_args__ = (
        Index(
            "ix_station_words_words",
            "words",
            postgresql_using="gin",
            postgresql_ops={"words": "gin_trgm_ops"},
        ),
    )
