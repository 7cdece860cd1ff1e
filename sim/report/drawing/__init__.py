"""What charts are drawn with: looks, daily values as lines, panels of lines, bars, and numbers in words."""
