"""How far a training is: what every long piece of work reports, under the name that training knows it by."""

from goodpart.vision.progress import Course, Progress

__all__ = ["Course", "Progress"]
