"""Lets every test import what lies beside this file (`made_catalogue`)."""
