# Whole programs; parameters as in test/conformance/lit.cfg.py.
import os

here = os.path.dirname(os.path.abspath(__file__))
lit_config.load_config(
    config, os.path.join(here, "..", "conformance", "lit.cfg.py")
)
config.name = "e2e"
config.test_source_root = here
config.test_exec_root = os.path.join(config.open_co_out, config.name)
