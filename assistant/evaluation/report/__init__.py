"""HTML reports: one file each that opens from disk, without network and without anybody's JavaScript but ours."""
