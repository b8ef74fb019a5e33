"""Parts as a camera above a conveyor sees them, drawn with NumPy and OpenCV.

shapes     the geometry of each part number: height, outline, holes
surface    what is shared by all pictures: lit blanks, belts, grain; drawn once per process
defects    what can be wrong with a part, each type graded by its severity
drawing    one picture, a pure function of part number, defect and seed
"""
