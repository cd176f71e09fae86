"""HTTP only: parse, call a use case, render. No query and no rule of the field lives here.

`create_app` (station_map/app.py) puts one `Runtime` into `app.extensions`; views reach it
through `station_map.web.runtime.database()` and `settings()`.
"""
