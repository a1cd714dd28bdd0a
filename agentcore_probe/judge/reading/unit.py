"""The parts of a text that are about one answer, as one."""

from __future__ import annotations

from dataclasses import dataclass

from agentcore_probe.judge.reading.commandline import PastedRequest
from agentcore_probe.judge.reading.parts import Part
from agentcore_probe.judge.reading.sentences import rank
from agentcore_probe.model.exchange import Fault
from agentcore_probe.model.sentence import FoundSentence

NESTED = "nested"
"""The form of what a text inside a structure says."""
SDK_FORMS = frozenset(
    {"botocore", "botocore-parameters", "go", "php", "cpp", "ruby", "swift", "java", "typed"}
)
"""Forms of an SDK's error, which answers no command of curl."""
_CLIENTS = ("client", "shell", "browser")


@dataclass
class Unit:
    """The parts about one answer, as one; the fields are those of `Part`."""

    start: int
    end: int
    forms: list[str]
    request: PastedRequest | None = None
    request_form: str = ""
    status: int | None = None
    headers: dict[str, str] | None = None
    body: str | None = None
    error_type: str = ""
    message: str = ""
    operation: str = ""
    fault: Fault | None = None
    sentence: FoundSentence | None = None
    program: str = ""
    quoted: Unit | None = None
    """What a text inside its body quotes: the answer, if the body came without a status."""

    @classmethod
    def of(cls, part: Part) -> Unit:
        """The unit of one part."""
        return cls(
            part.start, part.end, [part.form], part.request, part.form, part.status, part.headers, part.body, part.error_type,
            part.message, part.operation, part.fault, part.sentence, part.program,
        )  # fmt: skip

    def as_part(self, start: int, end: int) -> Part:
        """The same as one part, at another place: for what a text inside a structure says."""
        return Part(
            start=start, end=end, form=NESTED, request=self.request, status=self.status, headers=self.headers,
            body=self.body, error_type=self.error_type, message=self.message, operation=self.operation,
            fault=self.fault, sentence=self.sentence,
        )  # fmt: skip

    @property
    def has_text(self) -> bool:
        """Whether it says what the answer said."""
        return bool(self.body or self.message or self.sentence or self.error_type)

    @property
    def has_answer(self) -> bool:
        """Whether it says anything of an answer."""
        return self.has_text or self.status is not None or self.headers is not None or self.fault is not None

    @property
    def is_request(self) -> bool:
        """Whether it is a request alone."""
        return self.request is not None and not self.has_answer

    @property
    def url(self) -> str:
        """The URL that was called, as far as it is shown."""
        return self.request.request.url if self.request is not None else ""

    @property
    def words(self) -> str:
        """The text of the answer, to compare."""
        texts = (self.body, self.message, self.sentence.text if self.sentence else "")
        return " ".join(filter(None, texts)).replace("\\", "")

    @property
    def core(self) -> str:
        """The beginning of what the answer says."""
        sentence = self.sentence.text if self.sentence else ""
        return (self.message or sentence or self.body or "").replace("\\", "").strip()[:60]

    @property
    def only_hides(self) -> bool:
        """Whether it is a client's sentence that shows nothing of the answer behind it."""
        is_sentence_only = self.status is None and not (
            self.body or self.message or self.error_type or self.fault
        )
        return is_sentence_only and self.sentence is not None and self.sentence.row.hides

    @property
    def is_clients_word(self) -> bool:
        """Whether a client says itself why it has no answer of AgentCore's."""
        row = self.sentence.row if self.sentence else None
        return row is not None and bool(row.cause) and not row.hides and row.sender in _CLIENTS

    def contains(self, other: Unit) -> bool:
        """Whether the other is inside its place in the text."""
        return self.start <= other.start and other.end <= self.end

    def absorb(self, other: Unit) -> None:
        """Takes from `other` what is not known yet."""
        self.sentence = deciding_sentence(self, other)
        self.start, self.end = min(self.start, other.start), max(self.end, other.end)
        self.forms += other.forms
        if other.request is not None and (self.request is None or not self.request.request.url):
            self.request, self.request_form = other.request, other.request_form
        self.status = self.status if self.status is not None else other.status
        self.headers = self.headers if self.headers is not None else other.headers
        self.body = self.body or other.body
        self.error_type = self.error_type or other.error_type
        self.message = self.message or other.message
        self.operation = self.operation or other.operation
        self.fault = self.fault or other.fault
        self.quoted = self.quoted or other.quoted
        self.program = self.program or other.program


def _importance(sentence: FoundSentence) -> tuple[bool, int]:
    """One that names a cause comes first, then the one in the earlier row."""
    return (not sentence.row.cause, rank(sentence))


def deciding_sentence(first: Unit, second: Unit) -> FoundSentence | None:
    """The sentence of one of two units; one that only hides an answer counts where nothing of an answer is shown."""
    sentences = [unit.sentence for unit in (first, second) if unit.sentence is not None]
    deciding = min(
        (sentence for sentence in sentences if not sentence.row.hides), key=_importance, default=None
    )
    shows_answer = any(unit.has_answer and not unit.only_hides for unit in (first, second))
    return deciding if shows_answer or deciding else next(iter(sentences), None)


def is_status_only(unit: Unit) -> bool:
    """Whether it shows nothing of the answer but its status."""
    return unit.status is not None and unit.headers is None and not unit.has_text
