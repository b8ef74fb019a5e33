"""One process per inspection point: trigger, grab, infer, decide, record, act.

accounting, decide            pure: the part count, and from a look to a verdict and an output
sight, recipes                what looks at a picture; what is loaded for which part number
part › outputs                the way of one part, and of its result to the PLC and back
records, alarms, pictures     the journal as this process uses it; images beside it
machine, activation, status   what goes on besides parts
station                       the loops together
"""
