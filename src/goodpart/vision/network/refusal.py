"""Why a network is not to be loaded."""


class NetworkRefusedError(Exception):
    """The reason, as the end of a sentence; who asked makes an error for people of it."""


DAMAGED = "it is damaged or not an ONNX network"
