"""From a signed desired state to stations that run it, one step at a time, each of which may be killed.

document    is this document for us, whole, signed and newer?
model       the stages and the pure decision what to do next
store       the stage and the active document, on disk
download, prove    the steps that take long
runner      asks `model`, does what it says
"""
