"""Where the work of a run is done: in this process, in processes beside it, on a Dask cluster."""
