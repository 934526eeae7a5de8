"""What is known of public sets: their tasks, and what others published, as the copies of the sets quote it."""

from __future__ import annotations

from monitor.measures import Published
from monitor.records import record


@record
class Known:
    """A task on a public set: the ``key`` of its labels in a row, the figure that chooses, and what others published."""

    set: str
    task: str
    key: str
    figure: str
    many: bool = False
    published: tuple[Published, ...] = ()


_MAXENT = "MaxEnt, KSE 2018"
KNOWN = (
    Known(set="UIT-VSFC", task="sentiment", key="label", figure="weighted F1", published=(
        Published(by=_MAXENT, figure="weighted F1", value=0.8794),
        Published(by="fastText and SVM", figure="weighted F1", value=0.8502, linear=False),
        Published(by="SVM and XGBoost", figure="weighted F1", value=0.8973, linear=False),
        Published(by="Bi-LSTM, NICS 2018", figure="weighted F1", value=0.92, linear=False),
        Published(by="PhoBERT-base", figure="weighted F1", value=0.9235, linear=False),
    )),
    Known(set="UIT-VSFC", task="topic", key="topic", figure="weighted F1", published=(
        Published(by=f"{_MAXENT} (.88 where columns look swapped)", figure="weighted F1", value=0.84),
        Published(by="Bi-LSTM, NICS 2018", figure="weighted F1", value=0.896, linear=False),
    )),
    Known(set="UTS2017-Bank", task="aspect and sentiment", key="labels", figure="micro F1", many=True, published=(
        Published(by="LinearSVC on TF-IDF of bigrams (average not stated)", figure="micro F1", value=0.696),
    )),
    Known(set="UTS2017-Bank", task="aspect", key="aspects", figure="weighted F1", many=True, published=(
        Published(by="sen-classifier-bank, another split", figure="weighted F1", value=0.727),
        Published(by="sen-classifier-bank, another split", figure="accuracy", value=0.7576),
    )),
    Known(set="UTS2017-Bank", task="sentiment", key="sentiment", figure="weighted F1"),
    Known(set="VLSP2016-SA", task="sentiment", key="label", figure="macro F1", published=(
        Published(by="perceptron, SVM and MaxEnt, VLSP 2016", figure="macro F1", value=0.8005),
        Published(by="SGD on TF-IDF", figure="macro F1", value=0.7249),
        Published(by="SVM on TF-IDF", figure="macro F1", value=0.7002),
        Published(by="SVM, VLSP 2016", figure="macro F1", value=0.6754),
        Published(by="SVM, MLNN and LSTM, VLSP 2016", figure="macro F1", value=0.7144, linear=False),
        Published(by="forest, SVM and naive Bayes, VLSP 2016", figure="macro F1", value=0.7122, linear=False),
    )),
)  # fmt: skip
