"""OPC UA as a gateway speaks it: one session per PLC and station process, shared by that station's drivers."""
