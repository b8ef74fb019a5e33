"""A simulated production line that speaks real protocols and keeps the truth about every part it shows.

parts/       draws parts, good ones and ones with a defect of a stated severity
sources      where the parts come from, and the source that draws them
pictures     the source that shows pictures from a user's folder
schedule     what the line does when, as pure functions of its seed and the part sequence
machine      the states of the machine; pure, time passed in
tracking     what the PLC decides for each part and when; pure, time passed in
memory       the retained memory of the PLC and the truth, durable
plc          the OPC UA server that shows all that
camera       the picture of the part under the camera, over HTTP
control      the demo's own door to the line; the gateway never uses it
running      the task that drives it all against the clock
process      builds it all and ends it, on a signal or with its parent
"""
