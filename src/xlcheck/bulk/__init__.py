"""Any number of workbooks: results in shards, in a folder that knows what was answered, so that a run can go on."""
