"""What every module of the server stands on: database, unit of work, errors, pages, permissions, objects, jobs."""
